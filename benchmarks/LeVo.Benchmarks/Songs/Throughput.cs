using System.Globalization;
using LeVo.Benchmarks.Race;
using LeVo.Core;
using LeVo.Core.Cpu;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Samples.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Benchmarks.Songs;

/// <summary>
/// Steps a second of several songs at once on one engine, without the codec, beside the floor: a plain loop that reads the
/// weights once and every song's keys and values.
/// </summary>
internal static class Throughput
{
    private const string Usage = """
        Times the language model's steps with several songs at once, at the released v2-medium size with random weights.

          --folder DIR      the model folder; written when it does not exist (9 GB)
          --precision NAME  int8 (default) or int4
          --songs LIST      songs at once (default: 1,2,4,8)
          --steps N         steps of each song that are timed (default: 50)
          --rounds N        (default: 3)
          --threads N       (default: the physical cores)
          --help            this text
        """;

    /// <summary>Steps before both stacks are needed for every column: the delay of the tracks.</summary>
    private const int Delay = 250;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = new ProgramArguments(arguments, ["--folder", "--precision", "--songs", "--steps", "--rounds", "--threads"]);
        line.Require("--folder");
        string folder = line.Text("--folder") ?? "";
        string precision = line.List("--precision", ["int8"], ["int8", "int4"])[0];
        int steps = line.Count("--steps", 50), rounds = line.Count("--rounds", 3);
        int threads = line.Count("--threads", PhysicalCores.Count);
        string[] known = ["1", "2", "4", "8", "16"];
        int[] counts = [.. line.List("--songs", ["1", "2", "4", "8"], known)
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture)).OrderDescending()];
        if (line.Answer(Usage) is { } exitCode)
            return exitCode;
        ReleasedSizeFolder.Ensure(folder, ReleasedSizeFolder.V2Medium);
        var services = new ServiceCollection();
        services.AddLeVo(options =>
        {
            options.ModelPath = folder;
            options.Backend = ModelBackend.Cpu;
            options.Precision = Enum.Parse<ModelPrecision>(precision, ignoreCase: true);
            options.Threads = threads;
            options.MaxConcurrentSongs = counts.Max();
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        var generator = provider.GetRequiredService<ITokenGenerator>();
        using var pool = new WorkerPool(threads);
        using var limits = new MachineLimits(pool);
        var plan = new WeightPlan();
        LeLmConfig config = ReleasedSizeFolder.V2Medium;
        _ = new LeLmWeights(plan, new LeLmTensors(config), precision == "int8" ? WeightBits.Eight : WeightBits.Four);
        double caches = 2 * KvSegment.BytesFor(KvFormat.Half, config, config.MixedLayers + config.TrackLayers,
            config.PrefixLength + Delay);
        List<double[]> times = [];
        for (int round = 0; round < rounds; round++)
        {
            using var songs = new RunningSongs(generator, counts[0]);
            await songs.WaitForAsync(Delay + 10).ConfigureAwait(false);
            List<double> row = [];
            foreach (int count in counts)
            {
                await songs.KeepAsync(count).ConfigureAwait(false);
                row.Add(await songs.StepSecondsAsync(steps).ConfigureAwait(false));
                row.Add(Clock.Seconds(() => limits.ReadBytes(plan.MatrixBytes + count * caches)));
            }
            await songs.KeepAsync(0).ConfigureAwait(false);
            times.Add([.. row]);
        }
        var all = new Rounds([.. times]);
        int last = 2 * (counts.Length - 1);
        foreach ((int i, int count) in counts.Index())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{precision}, {threads} threads, {count} at once: a step of all {all.Median(2 * i) * 1e3:F1} ms (best {all.Best(2 * i) * 1e3:F1}), "
                + $"{count / all.Median(2 * i):F1} steps/s, {all.Median(row => count * row[last] / counts[^1] / row[2 * i]):F2} times those of "
                + $"{counts[^1]}; floor {all.Median(2 * i + 1) * 1e3:F1} ms, {all.Median(row => row[2 * i] / row[2 * i + 1]):F2} of it"));
        }
        return 0;
    }
}
