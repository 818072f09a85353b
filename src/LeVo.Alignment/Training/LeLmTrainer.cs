using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.LanguageModel;
using LeVo.Core.Parameters;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// Trains LeLM stage by stage (paper, section 3.4): pre-training on mixed tokens, then modular extension with everything of
/// the first stage frozen. Conditions are dropped as the config says. A run resumes from its own checkpoint.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
public sealed class LeLmTrainer
{
    private readonly LeLmConfig config;
    private readonly ConditionPreparer preparer;
    private readonly TrainingOptions options;

    /// <param name="config">Sizes, delays, dropout.</param>
    /// <param name="tokenizerFolder">Folder of the text tokenizer.</param>
    /// <param name="options">The run.</param>
    public LeLmTrainer(LeLmConfig config, string tokenizerFolder, TrainingOptions options)
    {
        this.config = config;
        this.options = options;
        (Qwen2Tokenizer lyrics, Qwen2Tokenizer description) = TextTokenizers.Load(tokenizerFolder, config);
        preparer = new ConditionPreparer(config, lyrics, description);
    }

    /// <summary>Songs of one update.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Whether the finished weights are written in 16 bit (a model to ship) or in full (a stage to build on).</summary>
    public bool WritesHalf { get; init; }

    /// <summary>Weight of guided attention (<see cref="AttentionGuide"/>): in the first stage one head learns to look at the
    /// lyrics token that sounds next, which songs with <see cref="TrainingSong.LyricsTokens"/> tell; in the second at the frame's
    /// mixed code. 0 leaves the alignments to emerge by themselves.</summary>
    public double GuideWeight { get; init; }

    /// <summary>Updates between two looks at the held-out songs.</summary>
    public int EvaluateEvery { get; init; } = 100;

    /// <summary>Trains one stage to its last step and writes all weights of LeLM.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="startPath">The checkpoint to start from; null starts from random values.</param>
    /// <param name="outputPath">Where the weights go.</param>
    /// <param name="songs">Songs to learn from.</param>
    /// <param name="heldOut">Songs whose loss is reported as <c>held_out.*</c>; may be empty.</param>
    /// <param name="progress">Hears of every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    /// <exception cref="LeVo.Core.ModelLoadException">The checkpoint does not fit the config.</exception>
    public void Train(LeLmStage stage, string? startPath, string outputPath, IReadOnlyList<TrainingSong> songs,
        IReadOnlyList<TrainingSong> heldOut, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(songs.Count, 1);
        LeVoRuntime.EnsureTorch();
        using ParameterSet parameters = Build(startPath, out LeLm model, out ConditionProvider conditions);
        using (model)
        {
            var sampler = new LengthBuckets(songs, BatchSize, options.Seed);
            var heldOutBatches = heldOut.OrderBy(song => song.Tokens.Frames).Chunk(BatchSize).ToArray();
            var loop = new TrainingLoop(StageParameters.Of(stage, parameters), options);
            loop.Run(step =>
            {
                var random = new Random(HashCode(options.Seed, step));
                IReadOnlyList<TrainingSong> batch = sampler.Draw(step);
                ConditionKinds[] dropped = ConditionDropout.Draw(batch.Count, config, random.NextDouble);
                StepResult result = LeLmLoss.Of(stage, model, conditions, Batch(batch, dropped), GuideWeight);
                return step % EvaluateEvery == 0 && heldOutBatches.Length > 0
                    ? result with { Metrics = [.. result.Metrics, .. Evaluate(stage, model, conditions, heldOutBatches)] }
                    : result;
            }, progress, cancellationToken);
            SafetensorsWriter.Save(outputPath, parameters.ToStateDict().Select(entry => (Prefix + entry.Name, entry.Value)),
                floats: WritesHalf ? float16 : null);
        }
    }

    private const string Prefix = "audiolm.";

    private ParameterSet Build(string? startPath, out LeLm model, out ConditionProvider conditions)
    {
        using Checkpoint? checkpoint = startPath is null ? null : Checkpoint.Open(startPath, Prefix);
        var builder = new ParameterBuilder(checkpoint is null ? new RandomTensorSource(options.Seed) : checkpoint);
        model = new LeLm(builder.Root, config);
        conditions = new ConditionProvider(builder.Root.Sub("condition_provider"), config, preparer);
        return builder.Build(startPath ?? "LeLM");
    }

    private SongBatch Batch(IReadOnlyList<TrainingSong> songs, ConditionKinds[]? dropped = null)
    {
        ConditionIds[] ids = [.. songs.Select(song =>
            preparer.Prepare(new SongConditions { Lyrics = song.Lyrics, Description = song.Description }))];
        if (dropped is not null)
            ids = [.. ids.Zip(dropped, (id, kinds) => id.Without(kinds, preparer.Nothing))];
        return SongBatch.Of(songs, ids, config);
    }

    private IEnumerable<(string Name, Tensor Value)> Evaluate(
        LeLmStage stage, LeLm model, ConditionProvider conditions, TrainingSong[][] batches)
    {
        using var noGrad = no_grad();
        return
        [
            .. batches.SelectMany(batch => LeLmLoss.Of(stage, model, conditions, Batch(batch), GuideWeight).Metrics)
                .GroupBy(metric => metric.Name)
                .Select(group => ("held_out." + group.Key, stack([.. group.Select(metric => metric.Value)]).mean())),
        ];
    }

    // A fixed mix of seed and step: System.HashCode differs from process to process.
    private static int HashCode(int seed, int step) => unchecked(seed * 486_187_739 + step * 16_777_619);
}
