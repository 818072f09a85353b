namespace LeVo.Codec.Model;

/// <summary>Sizes of the flow-matching transformer. Defaults are those of the released dual-track codec.</summary>
internal sealed record EstimatorConfig
{
    /// <summary>Transformer blocks.</summary>
    public int Blocks { get; init; } = 16;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 20;

    /// <summary>Width inside the feed-forward part (I).</summary>
    public int InnerWidth { get; init; } = 4400;

    /// <summary>Rows of the position table: the longest window in frames.</summary>
    public int Positions { get; init; } = 1000;

    /// <summary>Width of the mask embedding (M).</summary>
    public int MaskWidth { get; init; } = 24;

    /// <summary>Width of the latents (Z).</summary>
    public int LatentWidth { get; init; } = 64;

    /// <summary>Code streams: 1 mixed, 2 dual-track.</summary>
    public int Streams { get; init; } = 2;

    /// <summary>Width of one stream's condition (D).</summary>
    public int ConditionWidth { get; init; } = 1024;

    /// <summary>Width of the transformer (E): mask, context latents, conditions and noisy latents side by side.</summary>
    public int Width => MaskWidth + LatentWidth + Streams * ConditionWidth + LatentWidth;

    public int HeadWidth => Width / Heads;

    /// <summary>What can't be built.</summary>
    public IEnumerable<string> Problems()
    {
        if (Heads < 1 || Width % (2 * Heads) != 0)
            yield return $"an estimator of width {Width} can't have {Heads} heads of even width";
    }
}
