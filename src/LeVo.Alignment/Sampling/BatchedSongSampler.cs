using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Threading;
using LeVo.Core.Tokens;

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

    /// <summary>Samples other continuations of songs, each from one of its frames on.</summary>
    /// <param name="weightsPath">Path of LeLM's checkpoint.</param>
    /// <param name="branches">The songs, and the first frame whose code in the part is picked anew.</param>
    /// <param name="part">The part that the frames refer to.</param>
    /// <param name="samplesPerBranch">Number of continuations of each.</param>
    /// <param name="seed">The seed; results are reproducible.</param>
    /// <param name="cancellationToken">Cancels between two columns.</param>
    /// <returns>The continuations of each branch, in order.</returns>
    public Task<IReadOnlyList<SongSample>[]> BranchAsync(string weightsPath,
        IReadOnlyList<(SongSample Song, int Frame)> branches, SongPart part, int samplesPerBranch, ulong seed,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(weightsPath);
        ArgumentNullException.ThrowIfNull(branches);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerBranch, 1);
        return DedicatedThread.Run(() => Branch(weightsPath, branches, part, samplesPerBranch, seed, cancellationToken),
            cancellationToken);
    }

    private IReadOnlyList<SongSample>[] Branch(string weightsPath, IReadOnlyList<(SongSample Song, int Frame)> branches,
        SongPart part, int samplesPerBranch, ulong seed, CancellationToken cancellationToken)
    {
        using var sampler = new LoadedSampler(config, preparer, weightsPath, Setup);
        return sampler.Branch(branches, part, samplesPerBranch, seed, Options, Frames, BatchSize, cancellationToken);
    }

    private IReadOnlyList<SongSample> Sample(string weightsPath, IReadOnlyList<SongCondition> conditions,
        int samplesPerCondition, ulong seed, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        using var sampler = new LoadedSampler(config, preparer, weightsPath, Setup);
        return sampler.Sample(conditions, samplesPerCondition, seed, Options, Frames, BatchSize, progress, cancellationToken);
    }
}
