using LeVo.Benchmarks.Songs;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Samples.Shared;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>What is checked, and at which size.</summary>
internal sealed class CheckSettings
{
    public const string Usage = """
        Checks LeVo on a GPU and prints a table, in about 10 minutes. libtorch: LEVO_LIBTORCH names the folder of a PyTorch installation
        (site-packages/torch) where the program was published without it.

          --device NAME   cuda (default), cuda:1, ...
          --rehearse      everything at small sizes on the CPU instead
          --runs LIST     of goldens, codec, half, steps, song, lora, guide, batch (default: all)
          --folder DIR    for a model of the released size with random weights, 9 GB (default: in the temporary folder)
          --help          this text
        """;

    /// <summary>Updates of the LoRA run.</summary>
    public const int TrainingSteps = 20;

    private static readonly string[] AllRuns = ["goldens", "codec", "half", "steps", "song", "lora", "guide", "batch"];

    public CheckSettings(string[] args)
    {
        Line = new(args, ["--device", "--runs", "--folder"], ["--rehearse"]);
        IsRehearsal = Line.Has("--rehearse");
        DeviceName = IsRehearsal ? "cpu" : Line.Text("--device") ?? "cuda";
        Runs = Line.List("--runs", AllRuns, AllRuns);
        Folder = Path.GetFullPath(Line.Text("--folder") ?? Path.Combine(Path.GetTempPath(), "levo-released-size"));
        if (IsRehearsal && Line.Has("--device"))
            Line.Problems.Add("--rehearse computes on the CPU; leave out --device.");
    }

    public ProgramArguments Line { get; }

    public bool IsRehearsal { get; }

    public string DeviceName { get; }

    public string[] Runs { get; }

    /// <summary>Where the model of the released size lies.</summary>
    public string Folder { get; }

    public Device Device => device(DeviceName);

    /// <summary>The demo model, which the published folder contains.</summary>
    public static string Demo { get; } = Path.Combine("models", "levo-demo");

    public static string Tokenizer { get; } = Path.Combine(Demo, "tokenizer");

    public int Steps => IsRehearsal ? 40 : 1000;

    public int SongSeconds => IsRehearsal ? 3 : 120;

    public int TrainingSeconds => IsRehearsal ? 2 : 60;

    /// <summary>v2-medium, or a model that a CPU computes in a moment.</summary>
    public LeLmConfig Model => IsRehearsal ? Small : ReleasedSizeFolder.V2Medium;

    private static LeLmConfig Small { get; } = ReleasedSizeFolder.V2Medium with
    {
        Width = 48,
        FeedForwardWidth = 96,
        Heads = 3,
        MixedLayers = 3,
        TrackLayers = 2,
        CodeSize = 64,
        Delays = [0, 12, 12],
        LyricsVocabulary = 300,
        DescriptionVocabulary = 300,
        LyricsLength = 60,
        DescriptionLength = 20,
        PromptCodeSize = 64,
        PromptNullId = 65,
        PromptRealBelow = 64,
    };

    public static Lyrics Lyrics { get; } =
        Lyrics.Parse("[verse] Morning light.Coffee and rain.Over the river ; [chorus] Sing it out.Under the open sky");
}
