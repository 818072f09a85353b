using System.Globalization;
using LeVo.Core.Cpu.Kernels;

namespace LeVo.Benchmarks.Race;

/// <summary>What to measure.</summary>
internal sealed record RaceSettings
{
    public int Layers { get; init; } = 28;

    public int TrackLayers { get; init; } = 12;

    public int Threads { get; init; } = PhysicalCores.Count;

    public int Rounds { get; init; } = 8;

    public int PrefillRounds { get; init; } = 3;

    public int[] Positions { get; init; } = [1000, 7000];

    /// <summary>Where cache files lie, or null for weights in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>Whether the time spent computing counts, with one thread, instead of the time that went by.</summary>
    public bool Computing { get; init; }

    public string[] Runs { get; init; } = ["int8", "int4", "float32", "bfloat16", "float16", "prefill"];

    public bool Does(string run) => Runs.Contains(run);

    public static RaceSettings Parse(string[] arguments)
    {
        var settings = new RaceSettings();
        foreach (string argument in arguments)
        {
            string[] pair = argument.Split('=', 2);
            settings = pair switch
            {
                ["layers", var n] => settings with { Layers = Number(n) },
                ["sublayers", var n] => settings with { TrackLayers = Number(n) },
                ["threads", var n] => settings with { Threads = Number(n) },
                ["rounds", var n] => settings with { Rounds = Number(n), PrefillRounds = Math.Min(3, Number(n)) },
                ["positions", var list] => settings with { Positions = [.. list.Split(',').Select(Number)] },
                ["clock", "computing"] => settings with { Computing = true, Threads = 1 },
                ["folder", { Length: > 0 } path] => settings with { Folder = path },
                ["runs", var list] => settings with { Runs = list.Split(',') },
                _ => throw new ArgumentException($"'{argument}': known are layers=, sublayers=, threads=, rounds=, "
                    + "positions=1000,7000 clock=computing folder=DIR "
                    + "runs=int8,int4,float32,bfloat16,float16,prefill."),
            };
        }
        return settings;
    }

    public override string ToString() => $"{Layers} + {TrackLayers} layers, {Threads} threads, "
        + (Computing ? "computing time" : "wall time");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
