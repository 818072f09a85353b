using LeVo.Core.Audio;

namespace LeVo.Core.Generation;

/// <summary>
/// Makes songs from end to end: lyrics to sound. Thread-safe; every call is a song of its own. A song is computed on threads
/// of its own, never on the thread pool. <c>LeVoOptions.MaxConcurrentSongs</c> are made at the same time; further ones wait
/// for their turn in the order in which they came, so that a song must not wait for another one's end.
/// </summary>
public interface ISongGenerator
{
    /// <summary>Makes a song.</summary>
    /// <param name="request">The song.</param>
    /// <param name="progress">Receives every <see cref="SongStage"/>, on the song's threads.</param>
    /// <param name="cancellationToken">Stops soon.</param>
    /// <exception cref="GenerationCanceledException">It was cancelled; holds the tokens that were finished.</exception>
    /// <exception cref="ArgumentException">The request is out of the model's range.</exception>
    Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Makes a song and hands out its sound as it is decoded; the first block comes before the last is
    /// computed.</summary>
    /// <returns>Blocks of <see cref="SongRequest.Part"/> in order, without gap or overlap. The song has its place among
    /// those that are made at the same time until the enumeration ends.</returns>
    /// <inheritdoc cref="GenerateAsync"/>
    IAsyncEnumerable<Waveform> StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);
}
