using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Training;
using LeVo.Benchmarks.Songs;
using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Training;

namespace LeVo.Benchmarks.Training;

/// <summary>A mode of training whose memory is measured.</summary>
/// <param name="Key">Its name on the command line.</param>
/// <param name="Name">Its name in the table.</param>
/// <param name="Seconds">Playing time of the song, or of each song of the pair.</param>
internal sealed record TrainingCase(string Key, string Name, int Seconds)
{
    /// <summary>Rows of the text tables of the reduced model: the released ones would be most of its parameters.</summary>
    private const int FewRows = 20_000;

    public LeLmStage Stage { get; init; } = LeLmStage.Joint;

    public TrainingSetup Setup { get; init; } = new();

    /// <summary>Whether the model is v2-medium; otherwise it has a quarter of the layers and short text tables.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether a pair of songs is compared (DPO).</summary>
    public bool IsPair { get; init; }

    public static IReadOnlyList<TrainingCase> All { get; } =
    [
        new("lora", "LoRA of rank 16, bfloat16", 60) { Setup = Half with { Lora = new() }, IsWhole = true },
        new("tracks", "AR decoder alone, bfloat16 with masters", 20)
        {
            Stage = LeLmStage.Tracks, Setup = Half, IsWhole = true,
        },
        new("dpo", "DPO of a pair, LoRA of rank 16, bfloat16", 30)
        {
            Setup = Half with { Lora = new() }, IsWhole = true, IsPair = true,
        },
        new("full32", "full, float32", 30) { Setup = new() { CheckpointActivations = true } },
        new("full16", "full, bfloat16 with masters", 30) { Setup = Half },
        new("mixed16", "language model alone, bfloat16 with masters", 30) { Stage = LeLmStage.Mixed, Setup = Half },
        new("lora32", "LoRA of rank 16, float32", 30) { Setup = new() { CheckpointActivations = true, Lora = new() } },
        new("kept16", "LoRA of rank 16, bfloat16, activations kept", 60)
        {
            Setup = Half with { Lora = new(), CheckpointActivations = false },
        },
        new("kept32", "language model alone, float32, activations kept", 30) { Stage = LeLmStage.Mixed },
        new("dpo16", "DPO of a pair, full, bfloat16 with masters", 20) { Setup = Half, IsPair = true },
    ];

    public LeLmConfig Config => IsWhole ? ReleasedSizeFolder.V2Medium : ReleasedSizeFolder.V2Medium with
    {
        MixedLayers = 7,
        TrackLayers = 3,
        LyricsVocabulary = FewRows,
        DescriptionVocabulary = FewRows,
    };

    private static TrainingSetup Half => new() { Precision = ModelPrecision.BFloat16, CheckpointActivations = true };

    private int Frames => Seconds * Config.FrameRate;

    /// <summary>The bytes that are computed for it.</summary>
    public TrainingMemory Estimate() => TrainingMemory.Estimate(Config, Stage, Setup, IsPair ? 2 : 1, Frames);

    /// <summary>The loss of a step.</summary>
    public StepResult Loss(TrainedLeLm lelm)
    {
        if (!IsPair)
            return LeLmLoss.Compute(Stage, lelm.Model, lelm.Batch([new(Song(1), "[verse] la la", "female, pop")]));
        var pair = new PreferencePair(new("[verse] la la", "female, pop"), Song(1), Song(5), "none", 1, 0, new("", 1, 2, ""));
        (StreamLogProbabilities chosen, StreamLogProbabilities rejected) = PairLogProbabilities.Compute(lelm, [pair], new());
        // A run computes the reference's sums before its first step.
        DpoTerms terms = DpoLoss.Compute(chosen, rejected, chosen with { Sums = chosen.Sums.detach() },
            rejected with { Sums = rejected.Sums.detach() }, new());
        return new(terms.Loss);
    }

    private SongTokens Song(int step)
    {
        int[] codes = [.. Enumerable.Range(0, Frames).Select(t => t * step % Config.CodeSize)];
        return SongTokens.FromRows(codes, codes, codes);
    }
}
