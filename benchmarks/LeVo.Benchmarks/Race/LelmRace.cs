using System.Globalization;
using LeVo.Core.Cpu;
using LeVo.Core.LanguageModel;
using LeVo.Core.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Race;

/// <summary>
/// LeLM at a released size on both engines, side by side in one process, held against what the machine can do at that
/// moment. Plain code instead of BenchmarkDotNet: the models are too large for its process model, and on a machine that
/// other work disturbs only things timed in turn can be compared.
/// </summary>
internal sealed class LelmRace : IDisposable
{
    /// <summary>Torch computes one of so many equal parts of the layers.</summary>
    private const int Parts = 4;

    private const int Piece = 128;
    private readonly Settings settings;
    private readonly LeLmConfig config;
    private readonly WorkerPool pool;
    private readonly MachineLimits limits;
    private readonly CacheFolder folder;

    private LelmRace(Settings settings)
    {
        this.settings = settings;
        config = new LeLmConfig() with { Layers = settings.Layers, SubLayers = settings.SubLayers };
        pool = new(settings.Threads);
        limits = new(pool);
        folder = settings.Folder is null
            ? CacheFolder.None
            : new(settings.Folder, "race", $"{config.Layers}+{config.SubLayers}");
    }

    /// <summary>Runs what the arguments ask for: <c>name=value</c> each.</summary>
    public static void Run(string[] arguments)
    {
        Settings settings = Settings.Parse(arguments);
        Clock.CountsComputing = settings.Computing;
        using var race = new LelmRace(settings);
        Console.WriteLine($"{settings}; kernel {BlockKernel.Best.Name}; best of {settings.Rounds} rounds");
        if (settings.Does("int8"))
            race.Cpu(WeightBits.Eight);
        if (settings.Does("int4"))
            race.Cpu(WeightBits.Four);
        if (settings.Does("float32"))
            race.Torch("float32", ScalarType.Float32);
        if (settings.Does("bfloat16"))
            race.Torch("bfloat16", ScalarType.BFloat16);
        if (settings.Does("float16"))
            race.Torch("float16", ScalarType.Float16);
    }

    public void Dispose()
    {
        limits.Dispose();
        pool.Dispose();
    }

    private void Cpu(WeightBits bits)
    {
        string name = $"int{(int)bits}";
        long before = Resident();
        CpuRunner runner = null!;
        double start = Clock.Seconds(() => runner = new(config, bits, pool, settings.Positions.Max() + 1, folder));
        using (runner)
        {
            runner.Step(0);
            string how = folder.Folder is null ? "made-up weights" : "the second time from the cache file";
            Line(name, $"ready in {start:F2} s ({how}); "
                + $"resident {(Resident() - before) / 1e9:F2} GB more, before its caches are filled");
            runner.Fill(settings.Positions.Max());
            double perRow = 0, peak = 0, floats = 0;
            foreach (int position in settings.Positions)
            {
                double bandwidth = 0;
                double[] best = Clock.Best(settings.Rounds, () => runner.Step(position),
                    () => bandwidth = Math.Max(bandwidth, limits.ReadBandwidth()));
                double bytes = runner.StepBytes + runner.CacheBytes(position), floor = bytes / bandwidth;
                Line(name, $"step at {position}: {best[0] * 1e3:F1} ms; floor {floor * 1e3:F1} ms "
                    + $"({bytes / 1e9:F2} GB at {bandwidth / 1e9:F1} GB/s); ratio {best[0] / floor:F2}");
            }
            if (!settings.Does("prefill"))
                return;
            double[] prefill = Clock.Best(settings.PrefillRounds, () => runner.Prefill(412, Piece),
                () => peak = Math.Max(peak, limits.BytePeak()), () => floats = Math.Max(floats, limits.FloatPeak()));
            perRow = prefill[0] / Piece;
            double rate = LayerWeights() / perRow;
            Line(name, $"prefill: {perRow * 1e3:F2} ms a row; {rate / 1e9:F1} G multiply-adds/s, "
                + $"{rate / peak:P0} of the 8-bit peak {peak / 1e9:F1} G/s; "
                + $"float32 peak {floats / 1e9:F1} G/s; 952 positions in {952 * perRow:F1} s");
        }
    }

    private void Torch(string name, ScalarType type)
    {
        LeVoRuntime.EnsureTorch();
        set_num_threads(settings.Threads);
        LeLmConfig part = config with { Layers = config.Layers / Parts, SubLayers = config.SubLayers / Parts };
        using var runner = new TorchRunner(part, type, settings.Positions.Max() + 1, Piece);
        foreach (int position in settings.Positions)
        {
            double[] best = Clock.Best(settings.Rounds, () => runner.Step(position), runner.Repeated);
            double step = Parts * best[0] - (Parts - 1) * best[1];
            Line(name, $"step at {position}: {step * 1e3:F0} ms "
                + $"({Parts} x {best[0] * 1e3:F1} - {Parts - 1} x {best[1] * 1e3:F1}); {get_num_threads()} threads");
        }
        if (settings.Does("prefill"))
        {
            double perRow = Parts * Clock.Best(settings.PrefillRounds, () => runner.Prefill(412))[0] / Piece;
            Line(name, $"prefill: {perRow * 1e3:F2} ms a row; {LayerWeights() / perRow / 1e9:F1} G multiply-adds/s");
        }
    }

    /// <summary>Weights that every prefix position is multiplied with: layers and bridge.</summary>
    private double LayerWeights()
    {
        double width = config.Width, layer = 4 * width * width + 3 * width * config.FeedForwardWidth;
        return (config.Layers + config.SubLayers) * layer + 3 * width * width;
    }

    private static long Resident()
    {
        if (!File.Exists("/proc/self/status"))
            return Environment.WorkingSet;
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        string kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        return 1024 * long.Parse(kilobytes, CultureInfo.InvariantCulture);
    }

    private static void Line(string name, string text) => Console.WriteLine($"{name,-8} {text}");

    /// <summary>What to measure.</summary>
    private sealed record Settings
    {
        public int Layers { get; init; } = 28;

        public int SubLayers { get; init; } = 12;

        public int Threads { get; init; } = PhysicalCores.Count;

        public int Rounds { get; init; } = 8;

        public int PrefillRounds { get; init; } = 3;

        public int[] Positions { get; init; } = [1000, 7000];

        public string? Folder { get; init; }

        /// <summary>Whether the time spent computing counts, with one thread, instead of the time that went
        /// by.</summary>
        public bool Computing { get; init; }

        public string[] Runs { get; init; } = ["int8", "int4", "float32", "bfloat16", "float16", "prefill"];

        public bool Does(string run) => Runs.Contains(run);

        public static Settings Parse(string[] arguments)
        {
            var settings = new Settings();
            foreach (string argument in arguments)
            {
                string[] pair = argument.Split('=', 2);
                settings = pair switch
                {
                    ["layers", var n] => settings with { Layers = Number(n) },
                    ["sublayers", var n] => settings with { SubLayers = Number(n) },
                    ["threads", var n] => settings with { Threads = Number(n) },
                    ["rounds", var n] => settings with { Rounds = Number(n), PrefillRounds = Math.Min(3, Number(n)) },
                    ["positions", var list] => settings with { Positions = [.. list.Split(',').Select(Number)] },
                    ["clock", "computing"] => settings with { Computing = true, Threads = 1 },
                    ["folder", var path] => settings with { Folder = path },
                    ["runs", var list] => settings with { Runs = list.Split(',') },
                    _ => throw new ArgumentException($"'{argument}': known are layers=, sublayers=, threads=, rounds=, "
                        + "positions=1000,7000 clock=computing folder=DIR "
                        + "runs=int8,int4,float32,bfloat16,float16,prefill."),
                };
            }
            return settings;
        }

        public override string ToString() => $"{Layers} + {SubLayers} layers, {Threads} threads, "
            + (Computing ? "computing time" : "wall time");

        private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
