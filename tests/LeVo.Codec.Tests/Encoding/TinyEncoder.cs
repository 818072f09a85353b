using LeVo.Codec.Encoding;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Codec.Tests.Encoding;

/// <summary>An encoder small enough for property tests: two streams, segments of ten frames.</summary>
internal sealed class TinyEncoder : IDisposable
{
    public const int SegmentFrames = 10;
    public const int SegmentSamples = SegmentFrames * 1920;

    public static readonly MusicFmConfig Sizes = new()
    {
        Width = 16,
        FrontChannels = 4,
        Layers = 3,
        Heads = 2,
        FeedForward = 32,
        Mels = 16,
        ConvolutionKernel = 5,
        PretrainingCodes = 8,
    };

    public TinyEncoder(int layers = 2)
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new RandomTensorSource(7));
        TensorScope root = new TensorListing().Root;
        MusicFm = new(builder, new(CodecTensors.MusicFmScope(root), Sizes, layers), Sizes);
        IReadOnlyList<CodecStream> streams = CodecLayout.DualTrack(Math.Min(layers, 2), Math.Min(layers, 1));
        Vocal = Stream(streams[0]);
        Accompaniment = Stream(streams[1]);
        Parameters = builder.Build("tiny encoder");
        Single = new(MusicFm, [Vocal], segmentSeconds: SegmentFrames / 25.0);
        Dual = new(MusicFm, [Vocal, Accompaniment], segmentSeconds: SegmentFrames / 25.0);

        EncoderStream Stream(CodecStream stream) => new(stream.Tap, new ResidualVectorQuantizer(
            builder, new(root.Sub(stream.Quantizer), Sizes.Width, 256, 4)).Quantizers[0]);
    }

    public MusicFmEncoder MusicFm { get; }

    public EncoderStream Vocal { get; }

    public EncoderStream Accompaniment { get; }

    public CodecEncoder Single { get; }

    public CodecEncoder Dual { get; }

    public ParameterSet Parameters { get; }

    /// <summary>Stereo noise that no peak rule touches.</summary>
    public static float[][] Sound(int samples, int seed = 1) => GoldenInputs.Wave($"tiny{seed}", samples, 2, 0.3);

    public void Dispose() => Parameters.Dispose();
}
