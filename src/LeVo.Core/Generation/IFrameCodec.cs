using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A codec that decodes songs whose tokens are still being generated.</summary>
internal interface IFrameCodec
{
    /// <summary>When it decodes.</summary>
    /// <param name="device">Where the language model computes, as libtorch names it.</param>
    CodecPace PaceBeside(string device);

    /// <summary>Decodes a song as its frames arrive: with the same audio as <see cref="IMusicCodec.DecodeAsync"/>, but a block
    /// as soon as the frames exist that it depends on.</summary>
    /// <param name="frames">The frames in order. They are enumerated on a dedicated thread, and only when the next window needs
    /// them; the enumeration ends before that of the blocks.</param>
    /// <param name="options">Part, seed and solver settings.</param>
    /// <param name="progress">Receives <see cref="SongStage.Audio"/>, or null.</param>
    /// <param name="cancellationToken">Stops between two computations, and the enumeration of the frames.</param>
    /// <returns>Stereo blocks in order, without gap or overlap. An empty song gives none.</returns>
    /// <exception cref="ArgumentException">A code is not in the codec's codebook.</exception>
    IAsyncEnumerable<Waveform> DecodeFramesAsync(IAsyncEnumerable<TokenFrame> frames, CodecDecodeOptions options,
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);
}
