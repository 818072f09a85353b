using System.Globalization;
using LeVo.Core.Cpu.Kernels;
using LeVo.Samples.Shared;

namespace LeVo.Benchmarks.Race;

/// <summary>What <see cref="LelmRace"/> measures.</summary>
internal sealed record RaceSettings
{
    public const string Usage = """
        Times LeLM's engines side by side.

          --layers N        layers of the language model (default: 28)
          --sublayers N     layers of the AR decoder (default: 12)
          --threads N       (default: the physical cores)
          --rounds N        (default: 8, and 3 of prefill)
          --positions LIST  positions of the steps (default: 1000,7000)
          --clock CLOCK     wall (default), or computing: the time spent computing, with one thread
          --folder DIR      keeps cache files of the weights (default: weights in memory)
          --runs LIST       of int8, int4, kv8, float32, bfloat16, float16, prefill (default: all); kv8: int8 with
                            keys and values in 8 bits, beside int8
          --help            this text
        """;

    private static readonly string[] Options =
        ["--layers", "--sublayers", "--threads", "--rounds", "--positions", "--clock", "--folder", "--runs"];

    private static readonly string[] AllRuns = ["int8", "int4", "kv8", "float32", "bfloat16", "float16", "prefill"];

    private RaceSettings(ProgramArguments line) => Line = line;

    public ProgramArguments Line { get; }

    public int Layers { get; private init; }

    public int TrackLayers { get; private init; }

    public int Threads { get; private init; }

    public int Rounds { get; private init; }

    public int PrefillRounds { get; private init; }

    public int[] Positions { get; private init; } = [];

    /// <summary>Where cache files lie, or null for weights in memory.</summary>
    public string? Folder { get; private init; }

    /// <summary>Whether the time spent computing counts, with one thread, instead of the time that went by.</summary>
    public bool Computing { get; private init; }

    public string[] Runs { get; private init; } = [];

    public bool Does(string run) => Runs.Contains(run);

    /// <summary>Reads the arguments; <see cref="Line"/> has what is wrong with them.</summary>
    public static RaceSettings Parse(string[] arguments)
    {
        var line = new ProgramArguments(arguments, Options);
        bool computing = line.Choice<TimeKind>("--clock") == TimeKind.Computing;
        int rounds = line.Count("--rounds", 8);
        return new(line)
        {
            Layers = line.Count("--layers", 28),
            TrackLayers = line.Count("--sublayers", 12),
            Threads = computing ? 1 : line.Count("--threads", PhysicalCores.Count),
            Rounds = rounds,
            PrefillRounds = Math.Min(3, rounds),
            Positions = [.. line.List("--positions", ["1000", "7000"]).Select(Position)],
            Computing = computing,
            Folder = line.Text("--folder"),
            Runs = line.List("--runs", AllRuns, AllRuns),
        };

        int Position(string text)
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int position))
                return position;
            line.Problems.Add($"--positions takes whole numbers separated by commas, not '{text}'.");
            return 0;
        }
    }

    public override string ToString() => $"{Layers} + {TrackLayers} layers, {Threads} threads, "
        + (Computing ? "computing time" : "wall time");
}
