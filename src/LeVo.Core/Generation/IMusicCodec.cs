using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// Turns codes into sound and sound into codes: the other half of the system, behind the one interface that the
/// language model knows. Implementations are thread-safe; every call is a request of its own.
/// </summary>
public interface IMusicCodec
{
    /// <summary>Samples a second of decoded audio.</summary>
    int SampleRate { get; }

    /// <summary>Frames of codes a second.</summary>
    int FrameRate { get; }

    /// <summary>Decodes a song block by block: the first samples come before the last are computed.</summary>
    /// <param name="tokens">The song; the vocal and accompaniment rows are decoded.</param>
    /// <param name="options">Part, seed and solver settings.</param>
    /// <param name="progress">Hears of <see cref="SongStage.Audio"/>, or null.</param>
    /// <param name="cancellationToken">Stops between two computations; blocks already handed out stay valid.</param>
    /// <returns>Stereo blocks in order, without gap or overlap. An empty song gives none.</returns>
    /// <exception cref="ArgumentException">A code is not in the codec's book.</exception>
    IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Codes of a full mix, <c>[frames]</c>: the mixed row of an audio prompt.</summary>
    /// <param name="mix">Audio of any rate; mono counts as two equal channels.</param>
    /// <param name="cancellationToken">Stops between two computations.</param>
    /// <exception cref="NotSupportedException">The model folder holds no mixed codec.</exception>
    Task<int[]> EncodeMixedAsync(Waveform mix, CancellationToken cancellationToken = default);

    /// <summary>Codes of two stems, each <c>[frames]</c>: the other two rows of an audio prompt.</summary>
    /// <param name="stems">Voice and accompaniment; both are cut to the shorter one.</param>
    /// <param name="cancellationToken">Stops between two computations.</param>
    Task<(int[] Vocal, int[] Accompaniment)> EncodeTracksAsync(StemPair stems,
        CancellationToken cancellationToken = default);
}
