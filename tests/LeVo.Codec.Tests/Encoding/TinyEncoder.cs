using LeVo.Codec.Encoding;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
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
        MusicFm = new(builder.Root.Sub("bestrq").Sub("model"), Sizes, layers);
        Vocal = new(Math.Min(layers, 2), Quantizer(builder, "rvq_bestrq_emb"));
        Accompaniment = new(Math.Min(layers, 1), Quantizer(builder, "rvq_bestrq_bgm_emb"));
        Parameters = builder.Build("tiny encoder");
        Single = new(MusicFm, [Vocal], segmentSeconds: SegmentFrames / 25.0);
        Dual = new(MusicFm, [Vocal, Accompaniment], segmentSeconds: SegmentFrames / 25.0);
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

    private static VectorQuantizer Quantizer(ParameterBuilder builder, string name) =>
        new ResidualVectorQuantizer(builder.Root.Sub(name), Sizes.Width, 256, 4).Quantizers[0];
}
