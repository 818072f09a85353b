using LeVo.Codec.Model;

namespace LeVo.Codec.Training;

/// <summary>Sizes of a small flow decoder, trained from scratch.</summary>
/// <param name="Blocks">Transformer blocks.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="InnerWidth">Width inside the feed-forward parts.</param>
/// <param name="MaskWidth">Width of the mask embedding.</param>
/// <param name="LatentWidth">Width of the latents.</param>
/// <param name="WindowFrames">Frames of a decoding window.</param>
internal sealed record FlowSizes(
    int Blocks, int Heads, int InnerWidth, int MaskWidth, int LatentWidth, int WindowFrames)
{
    /// <summary>The sizes of a decoder of an encoder's codes.</summary>
    public EstimatorConfig ToConfig(CodecSizes encoder) => new()
    {
        Blocks = Blocks,
        Heads = Heads,
        InnerWidth = InnerWidth,
        Positions = WindowFrames,
        MaskWidth = MaskWidth,
        LatentWidth = LatentWidth,
        Streams = encoder.Streams.Count,
        ConditionWidth = encoder.Estimator.ConditionWidth,
    };
}
