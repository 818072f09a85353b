using LeVo.Core;
using LeVo.Samples.Shared;

namespace LeVo.Experiments.TrainDemo;

/// <summary>The command line.</summary>
internal sealed class Arguments
{
    public const string Usage = """
        Trains the demo model, stage by stage. The same command resumes a stopped stage.

          --stage NAME      in this order: recogniser, vae, encoder, shards, flow, mixed, tracks, prompts-mixed,
                            prompts-tracks, folder, evaluate, evaluate-prompts, compare; then phones, the
                            phone error of composed voices alone, distil, a flow decoder of few steps, decoders,
                            which compares decoders, and sample-prompts, which writes the prompts of samples/songs, a folder of the current one
          --work DIR        checkpoints and shards (default: levo-demo in the temporary folder)
          --model DIR       the model folder (default: models/levo-demo)
          --steps N         updates (default: the stage's own)
          --rate X          peak learning rate (default: the stage's own)
          --songs N         songs of shards, flow and the measurements (default: 4000)
          --start FILE      weights from which mixed (default: random ones), prompts-mixed (default: the model folder's)
                            and prompts-tracks (default: those of prompts-mixed) start, or which evaluate-prompts and
                            compare measure (default: those of prompts-tracks); the model folder of a distilled
                            decoder for decoders
          --candidates A,B  settings that decoders compares (default: all)
          --seed N          (default: 1)
          --threads N       (default: all)
          --backend NAME    of composed songs: torch (default) or cpu
          --precision TYPE  of the language model there: float32, bfloat16, float16, int8 or int4
          --kv-cache TYPE   of the cpu backend's keys and values there: float16 (default) or int8
          --help            this text
        """;

    private static readonly string[] Stages =
    [
        "recogniser", "vae", "encoder", "shards", "flow", "mixed", "tracks", "prompts-mixed", "prompts-tracks", "folder",
        "evaluate", "evaluate-prompts", "compare", "phones", "distil", "decoders", "sample-prompts",
    ];

    /// <summary>Reads the arguments; <see cref="Line"/> has what is wrong with them.</summary>
    public Arguments(IReadOnlyList<string> args)
    {
        Line = new(args,
        [
            "--stage", "--work", "--model", "--start", "--rate", "--backend", "--precision", "--steps", "--threads", "--seed",
            "--songs", "--candidates", "--kv-cache",
        ]);
        Stage = Line.Text("--stage") ?? "";
        if (!Stages.Contains(Stage) && !Line.Has(ProgramArguments.Help))
            Line.Problems.Add($"--stage is one of {string.Join(", ", Stages)}, not '{Stage}'.");
        Work = Line.Text("--work") ?? Path.Combine(Path.GetTempPath(), "levo-demo");
        Model = Line.Text("--model") ?? Path.Combine("models", "levo-demo");
        Start = Line.Text("--start");
        Candidates = Line.Text("--candidates")?.Split(',');
        Rate = Line.Positive("--rate");
        Backend = Line.Choice<ModelBackend>("--backend");
        Precision = Line.Has("--precision") ? Line.Choice<ModelPrecision>("--precision") : null;
        KvCache = Line.Has("--kv-cache") ? Line.Choice<ModelPrecision>("--kv-cache") : null;
        Steps = Line.Has("--steps") ? Line.Count("--steps", 1) : null;
        Threads = Line.Count("--threads", Environment.ProcessorCount);
        Seed = Line.Count("--seed", 1);
        Songs = Line.Count("--songs", 4000);
    }

    public ProgramArguments Line { get; }

    public string Stage { get; }

    public string Work { get; }

    public string Model { get; }

    /// <summary>Weights from which the stage "mixed" starts, in place of random ones.</summary>
    public string? Start { get; }

    /// <summary>Names of the settings that "decoders" compares; null for all.</summary>
    public IReadOnlyList<string>? Candidates { get; }

    /// <summary>Peak learning rate, where not the stage's own.</summary>
    public double? Rate { get; }

    /// <summary>What computes the composed songs' tokens in "evaluate" and "phones".</summary>
    public ModelBackend Backend { get; }

    /// <summary>Type of the language model's weights there; null for the backend's own.</summary>
    public ModelPrecision? Precision { get; }

    /// <summary>Type of cached keys and values there; null for the backend's own.</summary>
    public ModelPrecision? KvCache { get; }

    public int? Steps { get; }

    public int Threads { get; }

    public int Seed { get; }

    public int Songs { get; }
}
