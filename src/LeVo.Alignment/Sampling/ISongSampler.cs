using LeVo.Alignment.Data;
using LeVo.Core.Conditioning;

namespace LeVo.Alignment.Sampling;

/// <summary>Samples songs from the weights of a policy.</summary>
public interface ISongSampler
{
    /// <summary>Samples several songs for each condition.</summary>
    /// <param name="weightsPath">LeLM's checkpoint.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="samplesPerCondition">Songs of each.</param>
    /// <param name="seed">Seed; the same one gives the same songs.</param>
    /// <param name="progress">Receives the number of songs done so far.</param>
    /// <param name="cancellationToken">Stops between two columns.</param>
    Task<IReadOnlyList<SongSample>> SampleAsync(string weightsPath, IReadOnlyList<SongCondition> conditions,
        int samplesPerCondition, ulong seed, IProgress<int>? progress = null,
            CancellationToken cancellationToken = default);
}
