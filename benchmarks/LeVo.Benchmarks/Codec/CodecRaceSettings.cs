using LeVo.Benchmarks.Race;
using LeVo.Core.Cpu.Kernels;
using LeVo.Samples.Shared;

namespace LeVo.Benchmarks.Codec;

/// <summary>What <see cref="CodecRace"/> measures.</summary>
internal sealed record CodecRaceSettings
{
    public const string Usage = """
        Times the codec's parts.

          --threads N    (default: the physical cores)
          --rounds N     (default: 3)
          --frames N     frames of a window (default: 1000)
          --latents N    latents that the autoencoder decodes at once (default: 128)
          --seconds N    seconds of the encoder's segment, or of the song of shards (default: 40)
          --clock CLOCK  wall (default), or computing: the time spent computing, with one thread
          --runs LIST    of flow, vae, encoder, separator, parts, wholeparts, shards (default: all but the last two); shards: a song
                         with its stems to codes, with the peak of the memory
          --help         this text
        """;

    private static readonly string[] Options =
        ["--threads", "--rounds", "--frames", "--latents", "--seconds", "--clock", "--runs"];

    private static readonly string[] DefaultRuns = ["flow", "vae", "encoder", "separator", "parts"];

    private CodecRaceSettings(ProgramArguments line) => Line = line;

    public ProgramArguments Line { get; }

    public int Threads { get; private init; }

    public int Rounds { get; private init; }

    /// <summary>Frames of a window.</summary>
    public int Frames { get; private init; }

    /// <summary>Latents that the autoencoder decodes at once.</summary>
    public int Latents { get; private init; }

    /// <summary>Seconds of the encoder's segment.</summary>
    public int Seconds { get; private init; }

    /// <summary>Whether the time spent computing counts, with one thread, instead of the time that went by.</summary>
    public bool Computing { get; private init; }

    public string[] Runs { get; private init; } = [];

    public bool Does(string run) => Runs.Contains(run);

    /// <summary>Reads the arguments; <see cref="Line"/> has what is wrong with them.</summary>
    public static CodecRaceSettings Parse(string[] arguments)
    {
        var line = new ProgramArguments(arguments, Options);
        bool computing = line.Choice<TimeKind>("--clock") == TimeKind.Computing;
        return new(line)
        {
            Threads = computing ? 1 : line.Count("--threads", PhysicalCores.Count),
            Rounds = line.Count("--rounds", 3),
            Frames = line.Count("--frames", 1000),
            Latents = line.Count("--latents", 128),
            Seconds = line.Count("--seconds", 40),
            Computing = computing,
            Runs = line.List("--runs", DefaultRuns, [.. DefaultRuns, "wholeparts", "shards"]),
        };
    }
}
