using System.Diagnostics;
using System.Globalization;
using LeVo.Core;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Benchmarks.Songs;

/// <summary>
/// A whole song at the released v2-medium size with random weights, from lyrics to a WAV file, as an application makes it:
/// times of all parts and the peak of the resident memory. Each kind of song is made in a process of its own.
/// </summary>
internal static class SongRace
{
    private const string Usage = """
        Makes songs at the released v2-medium size with random weights, each in a process of its own.

          --folder DIR      the model folder; written when it does not exist (9 GB)
          --runs LIST       precision and decoder effort of each song (default: int8-exact,int8-balanced,int8-fast,
                            int8-distilled,int4-exact,int4-balanced,int4-fast,int4-distilled); distilled: two steps
                            without guidance, as a distilled decoder needs
          --seconds N       length of the song (default: 60)
          --threads N       (default: the physical cores)
          --residency NAME  keepall (default) or oneatatime
          --codec-precision TYPE
                            of the flow decoder's products: float32 (default) or bfloat16
          --layers N        layers of the language model (default: 28)
          --sublayers N     layers of the AR decoder (default: 12)
          --help            this text
        """;

    private const string Distilled = "distilled";

    private static readonly string[] AllRuns = [.. ((string[])["int8", "int4"]).SelectMany(precision =>
        ((string[])["exact", "balanced", "fast", Distilled]).Select(effort => $"{precision}-{effort}"))];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = new ProgramArguments(arguments,
            ["--folder", "--runs", "--seconds", "--threads", "--residency", "--codec-precision", "--layers", "--sublayers"]);
        line.Require("--folder");
        string folder = line.Text("--folder") ?? "";
        string[] runs = line.List("--runs", AllRuns, AllRuns);
        int seconds = line.Count("--seconds", 60), threads = line.Count("--threads", PhysicalCores.Count);
        ModelResidency residency = line.Choice<ModelResidency>("--residency");
        ModelPrecision codec = line.Choice<ModelPrecision>("--codec-precision");
        var config = ReleasedSizeFolder.V2Medium with
        {
            MixedLayers = line.Count("--layers", 28),
            TrackLayers = line.Count("--sublayers", 12),
        };
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        ReleasedSizeFolder.Ensure(folder, config);
        if (runs is [string run])
        {
            await MakeAsync(run, folder, seconds, threads, residency, codec).ConfigureAwait(false);
            return 0;
        }
        foreach (string each in runs)
        {
            string[] rest = [.. arguments.Where((text, i) => text != "--runs" && (i == 0 || arguments[i - 1] != "--runs")
                && !text.StartsWith("--runs=", StringComparison.Ordinal))];
            using Process process = Process.Start(Environment.ProcessPath!, ["--song", .. rest, "--runs", each]);
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode != 0)
                return process.ExitCode;
        }
        return 0;
    }

    private static async Task MakeAsync(string run, string folder, int seconds, int threads, ModelResidency residency,
        ModelPrecision codec)
    {
        string[] parts = run.Split('-');
        bool distilled = parts[1] == Distilled;
        var times = new ProgressTimes();
        var services = new ServiceCollection();
        services.AddLeVo(options =>
        {
            options.ModelPath = folder;
            options.Backend = ModelBackend.Cpu;
            options.Precision = Enum.Parse<ModelPrecision>(parts[0], ignoreCase: true);
            options.Threads = threads;
            options.Residency = residency;
            options.CodecPrecision = codec;
        }).AddMusicCodec();
        string wav = Path.Combine(folder, $"{run}.wav");
        Song song;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            song = await provider.GetRequiredService<ISongGenerator>().GenerateAsync(new()
            {
                Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain.Over the river ; [chorus] Sing it out.Under the open sky"),
                Description = "female, pop, piano, slow",
                Duration = TimeSpan.FromSeconds(seconds),
                Seed = 1,
                DecoderEffort = distilled ? DecoderEffort.Exact : Enum.Parse<DecoderEffort>(parts[1], ignoreCase: true),
                DecoderSteps = distilled ? 2 : null,
                DecoderGuidance = distilled ? 1 : null,
            }, times).ConfigureAwait(false);
            await song.SaveAsync(wav).ConfigureAwait(false);
        }
        double total = times.Elapsed;
        if (song.Audio.Duration.TotalSeconds < seconds - 1)
            throw new InvalidDataException($"The song ended after {song.Audio.Duration.TotalSeconds:F1} s.");
        double prefill = times.At(SongStage.Prefill, 0), tokens = times.At(SongStage.Tokens, 0), sound = times.At(SongStage.Audio, 0);
        double end = times.Last(SongStage.Audio).At;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{run,-14} {seconds} s, {threads} threads, codec in {codec}: {total:F1} s = loading {prefill:F1} + prefill {tokens - prefill:F1} + tokens "
            + $"{sound - tokens:F1} ({times.Last(SongStage.Tokens).Progress.Total / (sound - tokens):F2} steps/s) + sound {end - sound:F1} + file {total - end:F1}; "
            + $"{total / seconds:F2} x playing time; peak resident {ProcessMemory.Bytes("VmHWM") / 1e9:F2} GB, at the end "
            + $"anonymous {ProcessMemory.Bytes("RssAnon") / 1e9:F2} and mapped {ProcessMemory.Bytes("RssFile") / 1e9:F2} GB"));
    }
}
