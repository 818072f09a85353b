using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Race;

/// <summary>
/// LeLM at a released size on both engines, side by side in one process, held against what the machine can do at that
/// moment. Plain code instead of BenchmarkDotNet: the models are too large for its process model, and on a machine that
/// other work disturbs only things timed in turn can be compared. So each step has its own plain loop that reads as
/// many bytes, each prefill a loop that multiplies as often, and each Torch type a step of the int8 engine beside it.
/// </summary>
internal sealed class LelmRace : IDisposable
{
    /// <summary>Torch computes one of so many equal parts of the layers.</summary>
    private const int Parts = 4;

    private const int Piece = 128;
    private const int PrefillStart = 412;
    private readonly RaceSettings settings;
    private readonly LeLmConfig config;
    private readonly WorkerPool pool;
    private readonly MachineLimits limits;
    private readonly CacheFolder folder;
    private CpuRunner? eight;

    private LelmRace(RaceSettings settings)
    {
        this.settings = settings;
        config = new LeLmConfig() with { MixedLayers = settings.Layers, TrackLayers = settings.TrackLayers };
        if (settings.Folder is { } path)
            Directory.CreateDirectory(path);
        folder = settings.Folder is null
            ? CacheFolder.None
            : new(settings.Folder, "race", $"{config.MixedLayers}+{config.TrackLayers}");
        pool = new(settings.Threads);
        limits = new(pool);
    }

    private int Capacity => Math.Max(
        settings.Positions.Max() + 1, settings.Does("prefill") ? PrefillStart + Piece : 0);

    /// <summary>Runs what the arguments ask for; returns the exit code.</summary>
    public static int Run(string[] arguments)
    {
        RaceSettings settings = RaceSettings.Parse(arguments);
        if (settings.Line.Answer(RaceSettings.Usage) is { } exitCode)
            return exitCode;
        Clock.CountsComputing = settings.Computing;
        using var race = new LelmRace(settings);
        Console.WriteLine($"{settings}; kernel {BlockKernel.Best.Name}; {settings.Rounds} rounds, "
            + $"{settings.PrefillRounds} of prefill; ratios: best to best / median of the rounds'");
        if (settings.Does("int8"))
        {
            race.eight = race.Start(WeightBits.Eight);
            race.Cpu("int8", race.eight);
            if (settings.Does("kv8"))
            {
                using CpuRunner small = race.Start(WeightBits.Eight, KvFormat.Int8);
                race.SmallCaches(race.eight, small);
            }
        }
        if (settings.Does("int4"))
        {
            using CpuRunner four = race.Start(WeightBits.Four);
            race.Cpu("int4", four);
        }
        foreach (ScalarType type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float16])
        {
            string name = type.ToString().ToLowerInvariant();
            if (settings.Does(name))
                race.Torch(name, type);
        }
        return 0;
    }

    public void Dispose()
    {
        eight?.Dispose();
        limits.Dispose();
        pool.Dispose();
    }

    private CpuRunner Start(WeightBits bits, KvFormat? format = null)
    {
        format ??= KvFormat.Half;
        string name = $"int{(int)bits}", how = "made-up weights in memory";
        double before = ProcessMemory.Bytes("VmRSS");
        if (folder.File(name) is { } path)
        {
            DateTime written = File.Exists(path) ? File.GetLastWriteTimeUtc(path) : default;
            double first = Clock.Seconds(() => new CpuRunner(config, bits, format, pool, Capacity, folder).Dispose());
            string what = written == File.GetLastWriteTimeUtc(path) ? "found and mapped" : "written now and mapped";
            Line(name, $"cache file of {new FileInfo(path).Length / 1e9:F2} GB {what}: {first:F2} s");
            how = "from the cache file in the page cache, checksums included";
        }
        CpuRunner runner = null!;
        double start = Clock.Seconds(() => runner = new(config, bits, format, pool, Capacity, folder));
        runner.Fill(settings.Positions.Max());
        runner.Step(0);
        double caches = runner.CacheBytes(Capacity), resident = ProcessMemory.Bytes("VmRSS") - before;
        Line(name, $"ready in {start:F2} s ({how}); resident {(resident - caches) / 1e9:F2} GB more, "
            + $"and {caches / 1e9:F2} GB of caches for {Capacity} positions");
        return runner;
    }

    /// <summary>Compares caches in 8 bits with those in float16: the share of the bytes that is saved, and of the time.</summary>
    private void SmallCaches(CpuRunner half, CpuRunner small)
    {
        foreach (int position in settings.Positions)
        {
            double bytes = half.StepBytes + half.CacheBytes(position), fewer = small.StepBytes + small.CacheBytes(position);
            Rounds times = Clock.InTurn(settings.Rounds, () => half.Step(position), () => small.Step(position),
                () => limits.ReadBytes(fewer));
            double saved = 1 - fewer / bytes;
            Line("kv8", $"step at {position}: {Milliseconds(times, 1)}, float16 caches {Milliseconds(times, 0)}; floor, a loop over "
                + $"{fewer / 1e9:F2} GB: {Milliseconds(times, 2)}, {fewer / times.Best(2) / 1e9:F1} GB/s at best; ratio "
                + $"{Ratio(times, round => round[1] / round[2], times.Best(1) / times.Best(2))}; bytes saved {saved:P1}, time saved / "
                + $"bytes saved {Ratio(times, round => (1 - round[1] / round[0]) / saved, (1 - times.Best(1) / times.Best(0)) / saved)}");
        }
        if (!settings.Does("prefill"))
            return;
        Rounds prefill = Clock.InTurn(settings.PrefillRounds, () => half.Prefill(PrefillStart, Piece),
            () => small.Prefill(PrefillStart, Piece));
        Line("kv8", $"prefill: {prefill.Best(1) / Piece * 1e3:F2} ms a row; time to that of float16 caches "
            + Ratio(prefill, round => round[1] / round[0], prefill.Best(1) / prefill.Best(0)));
    }

    private void Cpu(string name, CpuRunner runner)
    {
        foreach (int position in settings.Positions)
        {
            double bytes = runner.StepBytes + runner.CacheBytes(position);
            Rounds times = Clock.InTurn(
                settings.Rounds, () => runner.Step(position), () => limits.ReadBytes(bytes));
            Line(name, $"step at {position}: {Milliseconds(times, 0)}; floor, a loop over {bytes / 1e9:F2} GB: "
                + $"{Milliseconds(times, 1)}, {bytes / times.Best(1) / 1e9:F1} GB/s at best; "
                + $"ratio {Ratio(times, round => round[0] / round[1], times.Best(0) / times.Best(1))}");
        }
        if (!settings.Does("prefill"))
            return;
        double count = LayerWeights() * Piece;
        Rounds prefill = Clock.InTurn(settings.PrefillRounds, () => runner.Prefill(PrefillStart, Piece),
            () => limits.MultiplyBytes(count));
        double perRow = prefill.Best(0) / Piece;
        Line(name, $"prefill: {perRow * 1e3:F2} ms a row; {count / prefill.Best(0) / 1e9:F1} G multiply-adds/s; 8-bit "
            + $"peak, a loop of as many in registers: {count / prefill.Best(1) / 1e9:F1} G/s; share "
            + $"{Ratio(prefill, round => round[1] / round[0], prefill.Best(1) / prefill.Best(0))}; "
            + $"{config.PrefixLength} positions in {config.PrefixLength * perRow:F1} s");
    }

    private void Torch(string name, ScalarType type)
    {
        LeVoRuntime.EnsureTorch();
        set_num_threads(settings.Threads);
        LeLmConfig part = config with { MixedLayers = config.MixedLayers / Parts, TrackLayers = config.TrackLayers / Parts };
        using var runner = new TorchRunner(part, type, Capacity, Piece);
        foreach (int position in settings.Positions)
        {
            Rounds times = Clock.InTurn(settings.Rounds, () => runner.Step(position), runner.Repeated,
                () => eight?.Step(position));
            double step = Parts * times.Best(0) - (Parts - 1) * times.Best(1);
            Line(name, $"step at {position}: {step * 1e3:F0} ms ({Parts} x {times.Best(0) * 1e3:F1} - "
                + $"{Parts - 1} x {times.Best(1) * 1e3:F1}); {get_num_threads()} threads" + Beside(times, 2,
                    round => (Parts * round[0] - (Parts - 1) * round[1]) / round[2], step / times.Best(2)));
        }
        if (!settings.Does("prefill"))
            return;
        Rounds prefill = Clock.InTurn(settings.PrefillRounds, () => runner.Prefill(PrefillStart),
            () => eight?.Prefill(PrefillStart, Piece));
        double whole = Parts * prefill.Best(0);
        Line(name, $"prefill: {whole / Piece * 1e3:F2} ms a row; {LayerWeights() * Piece / whole / 1e9:F1} G "
            + "multiply-adds/s" + Beside(prefill, 1, round => Parts * round[0] / round[1], whole / prefill.Best(1)));
    }

    private string Beside(Rounds times, int thing, Func<double[], double> ratio, double best) => eight is null
        ? ""
        : $"; int8 in the same rounds {Milliseconds(times, thing)}: {Ratio(times, ratio, best)} times as fast";

    private static string Ratio(Rounds times, Func<double[], double> ratio, double best) =>
        $"{best:F2} / {times.Median(ratio):F2}";

    private static string Milliseconds(Rounds times, int thing) =>
        $"{times.Best(thing) * 1e3:F1} ms (median {times.Median(thing) * 1e3:F1})";

    /// <summary>Weights that every prefix position is multiplied with: layers and bridge.</summary>
    private double LayerWeights()
    {
        double width = config.Width, layer = 4 * width * width + 3 * width * config.FeedForwardWidth;
        return (config.MixedLayers + config.TrackLayers) * layer + 3 * width * width;
    }

    private static void Line(string name, string text) => Console.WriteLine($"{name,-8} {text}");
}
