namespace LeVo.Alignment.Rewards;

/// <summary>Sizes of a reward model over codec tokens.</summary>
internal sealed record RewardModelSizes
{
    /// <summary>Number of codes per stream.</summary>
    public int CodeSize { get; init; } = 16_384;

    /// <summary>Width of embeddings and hidden layers.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Number of convolutions over time.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Kernel size of a convolution in frames; odd.</summary>
    public int Kernel { get; init; } = 5;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(CodeSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        if (Kernel < 1 || Kernel % 2 == 0)
            throw new ArgumentException($"Kernel is {Kernel}; it must be odd.");
    }
}
