using System.Globalization;
using LeVo.Core.Cpu.Kernels;

namespace LeVo.Benchmarks.Codec;

/// <summary>What <see cref="CodecRace"/> measures.</summary>
internal sealed record CodecRaceSettings
{
    public int Threads { get; init; } = PhysicalCores.Count;

    public int Rounds { get; init; } = 3;

    /// <summary>Frames of a window.</summary>
    public int Frames { get; init; } = 1000;

    /// <summary>Latents that the autoencoder decodes at once.</summary>
    public int Latents { get; init; } = 128;

    /// <summary>Seconds of the encoder's segment.</summary>
    public int Seconds { get; init; } = 40;

    /// <summary>Whether the time spent computing counts, with one thread, instead of the time that went by.</summary>
    public bool Computing { get; init; }

    public string[] Runs { get; init; } = ["flow", "vae", "encoder", "parts"];

    public bool Does(string run) => Runs.Contains(run);

    public static CodecRaceSettings Parse(string[] arguments)
    {
        var settings = new CodecRaceSettings();
        foreach (string argument in arguments)
        {
            settings = argument.Split('=', 2) switch
            {
                ["threads", var n] => settings with { Threads = Number(n) },
                ["rounds", var n] => settings with { Rounds = Number(n) },
                ["frames", var n] => settings with { Frames = Number(n) },
                ["latents", var n] => settings with { Latents = Number(n) },
                ["seconds", var n] => settings with { Seconds = Number(n) },
                ["clock", "computing"] => settings with { Computing = true, Threads = 1 },
                ["runs", var list] => settings with { Runs = list.Split(',') },
                _ => throw new ArgumentException($"'{argument}': known are threads=, rounds=, frames=1000, latents=128, "
                    + "seconds=40, clock=computing and runs=flow,vae,encoder,parts,wholeparts."),
            };
        }
        return settings;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
