using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Training;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Alignment.Dpo;

/// <summary>
/// Direct preference optimisation of LeLM (paper, section 3.5). The reference is the starting checkpoint. If only the
/// mixed stream is included (LeVo 2), only the language model is trained and the AR decoder remains bit-identical; if only
/// tracks are, it is the other way round. A run resumes from its checkpoint. Thread-safe: a run's state is in its folder only, so that concurrent runs must
/// use different folders.
/// </summary>
internal sealed class DpoTrainer
{
    private readonly LeLmConfig config;
    private readonly ConditionPreparer preparer;
    private readonly DpoOptions dpo;

    /// <param name="config">Sizes and delays.</param>
    /// <param name="tokenizerFolder">Folder of the text tokenizer.</param>
    /// <param name="dpo">The loss.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public DpoTrainer(LeLmConfig config, string tokenizerFolder, DpoOptions? dpo = null)
    {
        this.config = config;
        this.dpo = dpo ?? new();
        this.dpo.Validate();
        preparer = ConditionPreparer.Load(config, tokenizerFolder);
    }

    /// <summary>Pairs per batch; a batch has twice as many songs.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Whether the final weights are written as float16.</summary>
    public bool WritesFloat16 { get; init; }

    /// <summary>Device, precision and adapters.</summary>
    public TrainingSetup Setup { get; init; } = new();

    /// <summary>Number of updates between evaluations of <see cref="HeldOut"/>.</summary>
    public int EvaluateEvery { get; init; } = 50;

    /// <summary>Pairs whose metrics are reported as <c>held_out.*</c>.</summary>
    public IReadOnlyList<PreferencePair> HeldOut { get; init; } = [];

    /// <inheritdoc cref="IPreferenceTrainer.Train"/>
    /// <exception cref="LeVo.Core.Model.ModelLoadException">The checkpoint does not match the config.</exception>
    public void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(startPath);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs.Count, 1);
        PreferencePair[] all = [.. pairs, .. HeldOut];
        foreach (PreferencePair pair in all)
            pair.CheckFrames();
        LeLmStage stage = dpo.MixedAlone ? LeLmStage.Mixed : dpo.TracksAlone ? LeLmStage.Tracks : LeLmStage.Joint;
        var advice = new MemoryAdvice(config, stage, Setup, 2 * Math.Min(BatchSize, pairs.Count),
            all.Max(pair => Math.Max(pair.Chosen.Frames, pair.Rejected.Frames)))
        {
            FewestSongs = 2,
            Accumulates = options.Accumulation > 1,
        };
        advice.Require(MemoryLimit.Bytes);
        Device device = TorchDevices.Of(Setup.Device);
        using TrainedLeLm lelm = OutOfMemory.Explained(device, advice.Help,
            () => new TrainedLeLm(config, preparer, stage, startPath, Setup, options.Seed));
        Directory.CreateDirectory(options.Folder);
        // Must run before the loop restores the weights of a resumed run.
        if (options.Replicas.Count > 1)
            options.Replicas.First(() => Reference().Dispose()); // the others load its file
        using ReferenceCache reference = OutOfMemory.Explained(device, advice.Help, Reference);
        var sampler = new PairSampler(pairs, BatchSize, options.Seed);
        int[][] heldOut = [.. Enumerable.Range(pairs.Count, HeldOut.Count).Chunk(BatchSize)];
        var loop = new TrainingLoop(lelm.Trained, options) { Masters = lelm.Stored, MemoryHelp = advice.Help };
        loop.Run(step =>
        {
            DpoTerms terms = Terms(lelm, all, sampler.Draw(step), reference);
            var metrics = terms.Metrics.ToList();
            if (heldOut.Length > 0 && step % ((long)EvaluateEvery * options.BatchesPerUpdate) == 0)
                metrics.AddRange(Evaluate(lelm, all, heldOut, reference));
            return new StepResult(terms.Loss, [.. metrics]);
        }, progress, cancellationToken);
        options.Replicas.First(() => lelm.Save(outputPath, options.Folder, WritesFloat16));

        ReferenceCache Reference() =>
            ReferenceCache.LoadOrCreate(lelm, startPath, all, dpo, BatchSize, options.Folder, cancellationToken);
    }

    private DpoTerms Terms(TrainedLeLm lelm, PreferencePair[] all, int[] indices, ReferenceCache reference)
    {
        (StreamLogProbabilities chosen, StreamLogProbabilities rejected) =
            PairLogProbabilities.Compute(lelm, [.. indices.Select(i => all[i])], dpo);
        (Tensor chosenSums, Tensor rejectedSums) = reference.Select(indices, lelm.Device);
        return DpoLoss.Compute(chosen, rejected, new(chosenSums, chosen.ComparedCounts),
            new(rejectedSums, rejected.ComparedCounts), dpo);
    }

    private (string Name, Tensor Value)[] Evaluate(
        TrainedLeLm lelm, PreferencePair[] all, int[][] batches, ReferenceCache reference) =>
        HeldOutMetrics.Mean(batches, batch => Terms(lelm, all, batch, reference).Metrics);
}
