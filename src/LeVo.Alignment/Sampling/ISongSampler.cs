using LeVo.Alignment.Data;
using LeVo.Core.Conditioning;

namespace LeVo.Alignment.Sampling;

/// <summary>Samples songs from the weights of a policy.</summary>
public interface ISongSampler
{
    /// <summary>Samples several songs for each condition.</summary>
    /// <param name="weightsPath">Path of LeLM's checkpoint.</param>
    /// <param name="conditions">The conditions.</param>
    /// <param name="samplesPerCondition">Number of songs per condition.</param>
    /// <param name="seed">The seed; results are reproducible.</param>
    /// <param name="progress">Receives the number of songs sampled so far.</param>
    /// <param name="cancellationToken">Cancels between two columns.</param>
    Task<IReadOnlyList<SongSample>> SampleAsync(string weightsPath, IReadOnlyList<SongCondition> conditions,
        int samplesPerCondition, ulong seed, IProgress<int>? progress = null,
            CancellationToken cancellationToken = default);
}
