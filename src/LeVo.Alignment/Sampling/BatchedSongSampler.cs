using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Threading;

namespace LeVo.Alignment.Sampling;

/// <summary>Samples tokens of songs in batches, without audio. Thread-safe.</summary>
internal sealed class BatchedSongSampler : ISongSampler
{
    private readonly LeLmConfig config;
    private readonly ConditionPreparer preparer;

    /// <param name="config">Sizes and delays.</param>
    /// <param name="tokenizerFolder">Folder of the text tokenizer.</param>
    public BatchedSongSampler(LeLmConfig config, string tokenizerFolder)
    {
        this.config = config;
        preparer = ConditionPreparer.Load(config, tokenizerFolder);
    }

    /// <summary>The sampling options.</summary>
    public GenerationOptions Options { get; init; } = new();

    /// <summary>Songs per batch at most; fewer where the free memory does not hold their caches.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Maximum number of frames; null for the model's maximum.</summary>
    public int? Frames { get; init; }

    /// <summary>Device and precision of the model.</summary>
    public TrainingSetup Setup { get; init; } = new();

    /// <inheritdoc/>
    public Task<IReadOnlyList<SongSample>> SampleAsync(string weightsPath, IReadOnlyList<SongCondition> conditions,
        int samplesPerCondition, ulong seed, IProgress<int>? progress = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(weightsPath);
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerCondition, 1);
        // All work runs on one thread because TorchSharp's dispose scopes are thread-bound.
        return DedicatedThread.Run(() => Sample(weightsPath, conditions, samplesPerCondition, seed, progress, cancellationToken),
            cancellationToken);
    }

    private IReadOnlyList<SongSample> Sample(string weightsPath, IReadOnlyList<SongCondition> conditions,
        int samplesPerCondition, ulong seed, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var sampler = new LoadedSampler(config, preparer, weightsPath, Setup);
        return sampler.Sample(conditions, samplesPerCondition, seed, Options, Frames, BatchSize, progress, cancellationToken);
    }
}
