using LeVo.Core.Audio;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// Generates songs: lyrics to audio. Thread-safe; each call generates one song on dedicated threads, never on the thread
/// pool. At most <c>LeVoOptions.MaxConcurrentSongs</c> songs are generated at the same time; further ones wait
/// asynchronously in the order of their requests. Don't wait for another song inside the enumeration of a stream.
/// </summary>
public interface ISongGenerator
{
    /// <summary>Checks a request without starting work: lyrics, description, duration, prompt, options and codec. A
    /// request with an error is rejected before work starts.</summary>
    /// <param name="request">The song.</param>
    IReadOnlyList<SongFinding> Check(SongRequest request);

    /// <summary>Generates a song.</summary>
    /// <param name="request">The song.</param>
    /// <param name="progress">Receives every <see cref="SongStage"/>, on the song's threads.</param>
    /// <param name="cancellationToken">Stops the song before its next step or block.</param>
    /// <exception cref="GenerationCanceledException">The song was cancelled; contains the finished tokens.</exception>
    /// <exception cref="ArgumentException"><see cref="Check"/> finds an error; the message lists all.</exception>
    Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Decodes finished tokens to audio. The tokens and the request of a <see cref="Song"/> give the same audio as the
    /// song; <see cref="SongRequest.WithStems"/> adds its stems, <see cref="SongRequest.DecoderSteps"/> changes the quality.
    /// </summary>
    /// <param name="tokens">The song as codes.</param>
    /// <param name="request">The request of the tokens. Its seed, part, stems, prompt and decoder settings are used.</param>
    /// <param name="progress">Receives <see cref="SongStage.Audio"/>, on the song's thread.</param>
    /// <param name="cancellationToken">Stops the song before its next step or block.</param>
    /// <exception cref="GenerationCanceledException">Decoding was cancelled; contains the tokens.</exception>
    /// <exception cref="ArgumentException">The request has no seed or cannot be decoded, or a code is not in the codec's
    /// codebook.</exception>
    Task<Song> DecodeAsync(SongTokens tokens, SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Generates a song and returns its audio block by block while it is decoded, then the whole song.</summary>
    /// <returns>Blocks of <see cref="SongRequest.Part"/> in order, without gap or overlap. The song starts with the
    /// enumeration and counts as one of the concurrent songs until the enumeration ends.</returns>
    /// <inheritdoc cref="GenerateAsync"/>
    SongStream StreamAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);
}
