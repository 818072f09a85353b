using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Threading;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;

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
        using var lelm =
            new TrainedLeLm(config, preparer, LeLmStage.Joint, weightsPath, Setup with { Lora = null }, seed: 0);
        var samples = new List<SongSample>();
        var wanted = conditions.SelectMany(condition => Enumerable.Repeat(condition, samplesPerCondition))
            .Select((condition, i) => (Condition: condition, Seed: unchecked(seed * 1_000_003 + (ulong)i)));
        int size = SamplingRoom.Songs(config, Frames ?? config.MaxFrames, Setup.EffectivePrecision.ElementBytes(),
            TorchDevices.FreeBytes(lelm.Device), BatchSize);
        foreach (var batch in wanted.Chunk(size))
        {
            SongTokens[] songs = BatchGenerator.Generate(lelm, [.. batch.Select(one => one.Condition)],
                [.. batch.Select(one => one.Seed)], Options, Frames, cancellationToken);
            samples.AddRange(batch.Zip(songs, (one, tokens) => new SongSample(one.Condition, tokens, one.Seed)));
            progress?.Report(samples.Count);
        }
        return samples;
    }
}
