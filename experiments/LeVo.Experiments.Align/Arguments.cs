using LeVo.Samples.Shared;

namespace LeVo.Experiments.Align;

/// <summary>What the command line asks for.</summary>
internal sealed class Arguments
{
    public const string Usage = """
        Aligns a model of miniature songs: samples, scores, pairs up, trains each strategy, blends, compares.
        The same command resumes a stopped run.

          --model DIR         the model folder (default: models/levo-demo)
          --recognisers FILE  the scorers' networks (default: models/stages/recognisers.safetensors)
          --work DIR          samples, runs, results (default: align)
          --output DIR        writes the blend as a model folder
          --lyrics N          lyrics to sample for (default: 8)
          --samples N         samples of each, at least 2 (default: 3)
          --held-out N        lyrics to compare on (default: 8)
          --steps N           updates of each strategy (default: 20)
          --threads N         (default: 1)
          --help              this text
        """;

    /// <summary>Reads the arguments; <see cref="Line"/> has what is wrong with them.</summary>
    public Arguments(IReadOnlyList<string> args)
    {
        Line = new(args,
        [
            "--model", "--recognisers", "--work", "--output", "--lyrics", "--samples", "--held-out", "--steps", "--threads",
        ]);
        Model = Line.Text("--model") ?? "models/levo-demo";
        Recognisers = Line.Text("--recognisers") ?? "models/stages/recognisers.safetensors";
        Work = Line.Text("--work") ?? "align";
        Output = Line.Text("--output");
        Lyrics = Line.Count("--lyrics", 8);
        Samples = Line.Count("--samples", 3, least: 2); // two samples make a pair
        HeldOut = Line.Count("--held-out", 8);
        Steps = Line.Count("--steps", 20);
        Threads = Line.Count("--threads", 1);
    }

    public ProgramArguments Line { get; }

    public string Model { get; }

    public string Recognisers { get; }

    public string Work { get; }

    public string? Output { get; }

    public int Lyrics { get; }

    public int Samples { get; }

    public int HeldOut { get; }

    public int Steps { get; }

    public int Threads { get; }
}
