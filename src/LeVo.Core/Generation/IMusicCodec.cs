using LeVo.Core.Audio;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// Converts codes to sound and sound to codes. Implementations are thread-safe; every call is a request of its own.
/// </summary>
public interface IMusicCodec
{
    /// <summary>Samples per second of decoded audio.</summary>
    int SampleRate { get; }

    /// <summary>Frames of codes a second.</summary>
    int FrameRate { get; }

    /// <summary>Everything that would make <see cref="DecodeAsync"/> fail with some options: settings, and a prompt that is
    /// too long or that this codec can't encode. Nothing is computed.</summary>
    /// <param name="options">Part, seed and solver settings.</param>
    IReadOnlyList<SongFinding> Check(CodecDecodeOptions options) => [];

    /// <summary>Decodes a song block by block: the first samples come before the last are computed.</summary>
    /// <param name="tokens">The song; the vocal and accompaniment rows are decoded.</param>
    /// <param name="options">Part, seed and solver settings.</param>
    /// <param name="progress">Receives <see cref="SongStage.Audio"/>, or null.</param>
    /// <param name="cancellationToken">Stops between two computations; blocks already handed out stay valid.</param>
    /// <returns>Stereo blocks in order, without gap or overlap. An empty song gives none.</returns>
    /// <exception cref="ArgumentException">A code is not in the codec's codebook.</exception>
    IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Everything that would make <see cref="EncodeAsync"/> fail with any recording: parts that the codec does not
    /// have. Nothing is computed.</summary>
    IReadOnlyList<SongFinding> CheckEncoding() => [];

    /// <summary>Encodes a recording of any length, for example an audio prompt or a song to train on.</summary>
    /// <param name="mix">The whole recording, of any sample rate; mono is used as two equal channels.</param>
    /// <param name="stems">Its vocal and everything else; both are cut to the shorter one.</param>
    /// <param name="cancellationToken">Stops between two computations.</param>
    /// <returns>The codes of mix and stems, cut to the shortest.</returns>
    /// <exception cref="NotSupportedException">The model folder holds no mixed codec.</exception>
    Task<SongTokens> EncodeAsync(Waveform mix, StemPair stems, CancellationToken cancellationToken = default);
}
