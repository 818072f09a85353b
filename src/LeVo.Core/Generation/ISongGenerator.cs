using LeVo.Core.Audio;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// Makes songs from end to end: lyrics to sound. Thread-safe; every call is a song of its own. A song is computed on threads
/// of its own, never on the thread pool. <c>LeVoOptions.MaxConcurrentSongs</c> are made at the same time; further ones wait
/// for their turn in the order in which they came, so that a song must not wait for another one's end.
/// </summary>
public interface ISongGenerator
{
    /// <summary>Everything that is wrong with a request, and what the model was not trained on, of tokens and sound;
    /// nothing is computed. A request with an error is refused before work.</summary>
    /// <param name="request">The song.</param>
    IReadOnlyList<SongFinding> Check(SongRequest request);

    /// <summary>Makes a song.</summary>
    /// <param name="request">The song.</param>
    /// <param name="progress">Receives every <see cref="SongStage"/>, on the song's threads.</param>
    /// <param name="cancellationToken">Stops soon.</param>
    /// <exception cref="GenerationCanceledException">It was cancelled; holds the tokens that were finished.</exception>
    /// <exception cref="ArgumentException"><see cref="Check"/> finds an error; the message lists all.</exception>
    Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the sound of finished tokens. The tokens and the request of a <see cref="Song"/> give the song's own sound
    /// again; with <see cref="SongRequest.WithStems"/> also its stems, with <see cref="SongRequest.DecoderSteps"/> sound of
    /// another effort.
    /// </summary>
    /// <param name="tokens">The song as codes.</param>
    /// <param name="request">The request that the tokens were made for. Seed, part, stems, prompt and the decoder's settings
    /// count.</param>
    /// <param name="progress">Receives <see cref="SongStage.Audio"/>, on the song's thread.</param>
    /// <param name="cancellationToken">Stops soon.</param>
    /// <exception cref="GenerationCanceledException">It was cancelled; holds the tokens.</exception>
    /// <exception cref="ArgumentException">The request has no seed or cannot be decoded, or a code is not in the codec's
    /// codebook.</exception>
    Task<Song> DecodeAsync(SongTokens tokens, SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Makes a song and hands out its sound as it is decoded; the first block comes before the last is
    /// computed.</summary>
    /// <returns>Blocks of <see cref="SongRequest.Part"/> in order, without gap or overlap. The song has its place among
    /// those that are made at the same time until the enumeration ends.</returns>
    /// <inheritdoc cref="GenerateAsync"/>
    IAsyncEnumerable<Waveform> StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);
}
