using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Sampling;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// Trains LeLM stage by stage (paper, section 3.4): pre-training on mixed tokens, then modular extension with all
/// parameters of the first stage frozen. Conditions are dropped with the config's probabilities. A run resumes from
/// its checkpoint.
/// </summary>
/// <remarks>Concurrent runs must use trainers with different folders.</remarks>
internal sealed class LeLmTrainer
{
    private readonly LeLmConfig config;
    private readonly ConditionPreparer preparer;
    private readonly TrainingOptions options;

    /// <param name="config">Sizes, delays, dropout.</param>
    /// <param name="tokenizerFolder">Folder of the text tokenizer.</param>
    /// <param name="options">The training options.</param>
    public LeLmTrainer(LeLmConfig config, string tokenizerFolder, TrainingOptions options)
    {
        this.config = config;
        this.options = options;
        preparer = ConditionPreparer.Load(config, tokenizerFolder);
    }

    /// <summary>Songs per batch.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// Whether the final weights are written as float16, for distribution, or in full precision, for further
    /// training.
    /// </summary>
    public bool WritesFloat16 { get; init; }

    /// <summary>
    /// Weight of guided attention (<see cref="AttentionGuide"/>): in the first stage one head learns to attend to the
    /// lyrics token that is sung next, given by <see cref="TrainingSong.LyricsTokens"/>; in the second to the frame's
    /// mixed code. 0 disables it.
    /// </summary>
    public double GuideWeight { get; init; }

    /// <summary>
    /// Weight of a song's marked frames in the loss, in addition to that of every frame, 1. Evaluations do without.
    /// </summary>
    public double MarkedWeight { get; init; }

    /// <summary>Number of updates between evaluations of the held-out songs.</summary>
    public int EvaluateEvery { get; init; } = 100;

    /// <summary>Device, precision and adapters.</summary>
    public TrainingSetup Setup { get; init; } = new();

    /// <summary>
    /// Whether a song without a prompt gets an excerpt of itself as prompt, to which the config's dropout is applied.
    /// This trains a model to follow audio prompts.
    /// </summary>
    public bool DrawsPrompts { get; init; }

    /// <summary>Returns the song whose excerpt is drawn as a song's prompt; null for the song itself.</summary>
    public Func<TrainingSong, Random, TrainingSong>? PromptSource { get; init; }

    /// <summary>
    /// Number of updates between samples, which are written to <c>samples/</c> in the run's folder; 0 for none.
    /// </summary>
    public int SampleEvery { get; init; }

    /// <summary>The sampling options of the samples.</summary>
    public GenerationOptions SampleOptions { get; init; } = new();

    /// <summary>Conditions of the samples.</summary>
    public IReadOnlyList<SongCondition> SampleConditions { get; init; } = [];

    /// <inheritdoc cref="Train(LeLmStage, string?, string, ITrainingSongs, IReadOnlyList{TrainingSong},
    /// IProgress{TrainingReport}?, CancellationToken)"/>
    public void Train(LeLmStage stage, string? startPath, string outputPath, IReadOnlyList<TrainingSong> songs,
        IReadOnlyList<TrainingSong> heldOut, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default) =>
        Train(stage, startPath, outputPath, new SongsInMemory(songs), heldOut, progress, cancellationToken);

    /// <summary>Trains one stage to its last step and writes all weights of LeLM.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="startPath">The checkpoint to start from; null for random initial values.</param>
    /// <param name="outputPath">The file to write the weights to.</param>
    /// <param name="songs">The training songs, for example <see cref="Data.TokenShards"/>.</param>
    /// <param name="heldOut">Songs whose loss is reported as <c>held_out.*</c>; may be empty.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    /// <exception cref="LeVo.Core.Model.ModelLoadException">The checkpoint does not match the config.</exception>
    /// <exception cref="InvalidDataException">A song or the run's checkpoint is invalid.</exception>
    /// <exception cref="LeVoOutOfMemoryException">The memory is not sufficient; the run continues from its checkpoint with settings
    /// that need less.</exception>
    public void Train(LeLmStage stage, string? startPath, string outputPath, ITrainingSongs songs,
        IReadOnlyList<TrainingSong> heldOut, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(songs.Count, 1);
        var advice = new MemoryAdvice(config, stage, Setup, Math.Min(BatchSize, songs.Count),
            Enumerable.Range(0, songs.Count).Max(songs.GetFrameCount))
        {
            Accumulates = options.Accumulation > 1,
        };
        advice.Require(MemoryLimit.Bytes);
        using TrainedLeLm lelm = OutOfMemory.Explained(TorchDevices.Of(Setup.Device), advice.Help,
            () => new TrainedLeLm(config, preparer, stage, startPath, Setup, options.Seed));
        var buckets = new LengthBuckets(songs, BatchSize);
        TrainingSong[][] heldOutBatches = [.. heldOut.OrderBy(song => song.Tokens.Frames).Chunk(BatchSize)];
        var loop = new TrainingLoop(lelm.Trained, options) { Masters = lelm.Stored, MemoryHelp = advice.Help };
        loop.Run(step =>
        {
            Random random = StepRandom.Create(options.Seed, step);
            IReadOnlyList<TrainingSong> batch = buckets.Draw(random);
            if (DrawsPrompts)
                batch = [.. batch.Select(song => PromptExcerpts.Draw(song, config.PromptFrames, random, PromptSource))];
            ConditionKinds[] dropped = ConditionDropout.Draw(batch.Count, config, random.NextDouble);
            StepResult result =
                LeLmLoss.Compute(stage, lelm.Model, lelm.Batch(batch, dropped), GuideWeight, MarkedWeight);
            if (IsDue(step, SampleEvery))
                Sample(lelm, step / options.BatchesPerUpdate, cancellationToken);
            return IsDue(step, EvaluateEvery) && heldOutBatches.Length > 0
                ? result with { Metrics = [.. result.Metrics, .. Evaluate(stage, lelm, heldOutBatches)] }
                : result;
        }, progress, cancellationToken);
        options.Replicas.First(() => lelm.Save(outputPath, options.Folder, WritesFloat16));
    }

    /// <summary>Whether an action is due at the first batch of an update.</summary>
    private bool IsDue(int step, int every) => every > 0 && step % ((long)every * options.BatchesPerUpdate) == 0;

    private void Sample(TrainedLeLm lelm, int update, CancellationToken cancellationToken)
    {
        if (SampleConditions.Count == 0)
            return;
        SongTokens[] songs = BatchGenerator.Generate(lelm, SampleConditions,
            [.. Enumerable.Range(0, SampleConditions.Count).Select(i => (ulong)i)], SampleOptions, null,
                cancellationToken);
        string folder = Path.Combine(options.Folder, "samples");
        for (int i = 0; i < songs.Length; i++)
            songs[i].Save(Path.Combine(folder, $"{update:000000}-{i:00}.safetensors"));
    }

    private (string Name, Tensor Value)[] Evaluate(LeLmStage stage, TrainedLeLm lelm, TrainingSong[][] batches) =>
        HeldOutMetrics.Mean(batches, batch => LeLmLoss.Compute(stage, lelm.Model, lelm.Batch(batch), GuideWeight).Metrics);
}
