
namespace LeVo.Codec.Model;

/// <summary>Sizes of one tokenizer.</summary>
internal sealed record CodecSizes
{
    /// <summary>The streams in their order.</summary>
    public required IReadOnlyList<CodecStream> Streams { get; init; }

    /// <summary>Entries of a codebook (K).</summary>
    public int CodebookSize { get; init; } = 16_384;

    /// <summary>Width of a codebook entry (d).</summary>
    public int CodeWidth { get; init; } = 32;

    /// <summary>The flow decoder and its input's parts.</summary>
    public required EstimatorConfig Estimator { get; init; }

    /// <summary>False where only the encoder exists, as in the released mixed codec.</summary>
    public bool HasDecoder { get; init; } = true;

    /// <summary>False in files that were slimmed to the decoder.</summary>
    public bool HasEncoder { get; init; } = true;

    /// <summary>False in files whose quantizers only turn codes into vectors, as in GGUF.</summary>
    public bool HasQuantizerInput { get; init; } = true;

    /// <summary>The network whose hidden states are quantized.</summary>
    public MusicFmConfig MusicFm { get; init; } = new();

    /// <summary>The highest tapped hidden state: later layers are never computed.</summary>
    public int HighestTap => Streams.Max(stream => stream.Tap);

    /// <summary>The released dual-track codec.</summary>
    public static CodecSizes DualTrack { get; } = new() { Streams = CodecLayout.DualTrack(), Estimator = new() };

    /// <summary>The released mixed codec. Its flow decoder exists only in earlier files.</summary>
    public static CodecSizes Mixed { get; } = new()
    {
        Streams = CodecLayout.Mixed(),
        Estimator = new() { Blocks = 39, Heads = 30, InnerWidth = 4800, MaskWidth = 48, Streams = 1 },
        HasDecoder = false,
    };
}
