using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;

namespace LeVo.Alignment.Sampling;

/// <summary>Samples songs from weights that stay in memory. Not thread-safe.</summary>
/// <param name="config">Sizes and delays.</param>
/// <param name="preparer">Converts texts to ids.</param>
/// <param name="weightsPath">Path of LeLM's checkpoint.</param>
/// <param name="setup">Device and precision.</param>
internal sealed class LoadedSampler(LeLmConfig config, ConditionPreparer preparer, string weightsPath, TrainingSetup setup)
    : IDisposable
{
    private readonly TrainedLeLm lelm =
        new(config, preparer, LeLmStage.Joint, weightsPath, setup with { Lora = null }, seed: 0);

    /// <summary>Samples several songs for each condition, in batches.</summary>
    /// <param name="conditions">The conditions.</param>
    /// <param name="samplesPerCondition">Number of songs per condition.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">The sampling options.</param>
    /// <param name="frames">Maximum number of frames; null for the model's maximum.</param>
    /// <param name="batchSize">Songs per batch at most; fewer where the free memory does not hold their caches.</param>
    /// <param name="progress">Receives the number of songs sampled so far.</param>
    /// <param name="cancellationToken">Cancels between two columns.</param>
    public IReadOnlyList<SongSample> Sample(IReadOnlyList<SongCondition> conditions, int samplesPerCondition, ulong seed,
        GenerationOptions options, int? frames, int batchSize, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        var samples = new List<SongSample>();
        var wanted = conditions.SelectMany(condition => Enumerable.Repeat(condition, samplesPerCondition))
            .Select((condition, i) => (Condition: condition, Seed: unchecked(seed * 1_000_003 + (ulong)i)));
        foreach (var batch in wanted.Chunk(Room(frames, batchSize)))
        {
            SongTokens[] songs = BatchGenerator.Generate(lelm, [.. batch.Select(one => one.Condition)],
                [.. batch.Select(one => one.Seed)], options, frames, cancellationToken);
            samples.AddRange(batch.Zip(songs, (one, tokens) => new SongSample(one.Condition, tokens, one.Seed)));
            progress?.Report(samples.Count);
        }
        return samples;
    }

    /// <summary>Samples other continuations of songs, each from one of its frames on, in batches.</summary>
    /// <param name="branches">The songs, and the first frame whose code in the part is picked anew.</param>
    /// <param name="part">The part that the frames refer to.</param>
    /// <param name="samplesPerBranch">Number of continuations of each.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">The sampling options.</param>
    /// <param name="frames">Maximum number of frames; null for the model's maximum.</param>
    /// <param name="batchSize">Songs per batch at most; fewer where the free memory does not hold their caches.</param>
    /// <param name="cancellationToken">Cancels between two columns.</param>
    /// <returns>The continuations of each branch, in order.</returns>
    public IReadOnlyList<SongSample>[] Branch(IReadOnlyList<(SongSample Song, int Frame)> branches, SongPart part,
        int samplesPerBranch, ulong seed, GenerationOptions options, int? frames, int batchSize, CancellationToken cancellationToken)
    {
        var samples = new SongSample[branches.Count][];
        var wanted = branches.SelectMany((branch, i) => Enumerable.Range(0, samplesPerBranch).Select(j => (Branch: i, Index: j,
            branch.Song, branch.Frame, Seed: unchecked(seed * 1_000_003 + (ulong)(i * samplesPerBranch + j)))));
        // The songs of a batch continue at the same column.
        foreach (var batch in wanted.GroupBy(one => one.Frame).SelectMany(group => group.Chunk(Room(frames, batchSize))))
        {
            SongTokens[] songs = BatchGenerator.Generate(lelm, [.. batch.Select(one => one.Song.Condition)],
                [.. batch.Select(one => one.Seed)], options, frames, cancellationToken, beginnings:
                [.. batch.Select(one => SongBeginning.Of(one.Song.Tokens, part, one.Frame, config, frames ?? config.MaxFrames))]);
            foreach ((var one, SongTokens tokens) in batch.Zip(songs))
                (samples[one.Branch] ??= new SongSample[samplesPerBranch])[one.Index] = new(one.Song.Condition, tokens, one.Seed);
        }
        return samples;
    }

    private int Room(int? frames, int batchSize) => SamplingRoom.Songs(config, frames ?? config.MaxFrames,
        setup.EffectivePrecision.ElementBytes(), TorchDevices.FreeBytes(lelm.Device), batchSize);

    public void Dispose() => lelm.Dispose();
}
