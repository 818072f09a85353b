using System.Globalization;
using LeVo.Benchmarks.Race;
using LeVo.Core;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Benchmarks;

/// <summary>When a stream's first sound comes and when its last, against the same song made one half after the other.</summary>
internal static class FirstSound
{
    private const string Usage = """
        Times a song that is streamed against the same song made in one go, in turns.

          --model DIR     the model folder (default: models/levo-demo)
          --backend NAME  cpu (default) or torch
          --rounds N      how often (default: 5)
          --clock CLOCK   wall (default), or computing: the time spent computing, with one thread
          --help          this text
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = new ProgramArguments(arguments, ["--model", "--backend", "--rounds", "--clock"]);
        string model = line.Text("--model") ?? "models/levo-demo";
        int rounds = line.Count("--rounds", 5);
        ModelBackend backend = line.Text("--backend") is null ? ModelBackend.Cpu : line.Choice<ModelBackend>("--backend");
        bool computing = line.Choice<TimeKind>("--clock") == TimeKind.Computing;
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        var services = new ServiceCollection();
        services.AddLeVo(options => (options.ModelPath, options.Backend, options.Threads) =
            (model, backend, computing ? 1 : null)).AddMusicCodec();
        await using ServiceProvider provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<ISongGenerator>();
        if (computing)
        {
            LeVoRuntime.EnsureTorch();
            TorchSharp.torch.set_num_threads(1);
        }
        SongRequest request = new()
        {
            Lyrics = Lyrics.Parse("[verse] Morning light.Coffee and rain.Over the river.Slow and again ; [chorus] Sing it out.Sing it out loud.Under the open sky"),
            Description = "female, pop, piano, slow",
            Seed = 1,
        };
        await generator.GenerateAsync(request); // everything is loaded and compiled
        await foreach (Waveform _ in generator.StreamAsync(request))
            continue;
        Console.WriteLine($"{model}, {backend}, {Environment.ProcessorCount} processors; seconds");
        List<double[]> times = [];
        for (int round = 0; round < rounds; round++)
        {
            var streamed = new ProgressTimes(computing);
            SongStream stream = generator.StreamAsync(request, streamed);
            double first = 0;
            await foreach (Waveform block in stream)
                first = first > 0 ? first : streamed.Elapsed;
            double total = streamed.Elapsed;
            double playing = (await stream.Completion).Audio.Duration.TotalSeconds;
            var whole = new ProgressTimes(computing);
            await generator.GenerateAsync(request, whole);
            double wholeTotal = whole.Elapsed;
            // The steps that the stream took before its first window, and that window, as they last without the other half.
            int steps = streamed.Reports.TakeWhile(report => report.Progress.Stage != SongStage.Audio).Last().Progress.Done;
            double tokens = whole.At(SongStage.Tokens, steps);
            int window = whole.Reports[^1].Progress.Total / Windows(streamed);
            double least = tokens + whole.At(SongStage.Audio, window) - whole.At(SongStage.Audio, 0);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{playing:0.0} s of sound: first sound {first:0.000}, {first / least:0.000} of {least:0.000}; "
                + $"song {total:0.000}, {total / wholeTotal:0.000} of {wholeTotal:0.000}"));
            times.Add([first, least, total, wholeTotal]);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"medians of the ratios: first sound {Median(0, 1):0.000}, song {Median(2, 3):0.000}, first sound of the song "
            + $"{Median(0, 2):0.000}; ratios of the best times: {Best(0) / Best(1):0.000}, {Best(2) / Best(3):0.000}"));
        return 0;

        double Best(int time) => times.Min(round => round[time]);

        double Median(int time, int other) => times.Select(round => round[time] / round[other]).Order().ElementAt(times.Count / 2);
    }

    /// <summary>Windows of a stream: steps of the language model follow the first one.</summary>
    private static int Windows(ProgressTimes times)
    {
        int window = times.Reports.SkipWhile(report => report.Progress.Stage != SongStage.Audio)
            .TakeWhile(report => report.Progress.Stage == SongStage.Audio).Last().Progress.Done;
        return times.Reports[^1].Progress.Total / window;
    }
}
