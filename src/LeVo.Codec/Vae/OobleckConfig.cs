namespace LeVo.Codec.Vae;

/// <summary>One half of the autoencoder. Level i has <c>Channels · Multipliers[i]</c> channels; strides are in encoder order.</summary>
internal sealed record OobleckConfig(int Channels, IReadOnlyList<int> Multipliers, IReadOnlyList<int> Strides)
{
    /// <summary>Snake activations; otherwise ELU.</summary>
    public bool UseSnake { get; init; } = true;

    /// <summary>The decoder ends in tanh.</summary>
    public bool FinalTanh { get; init; }

    public int Levels => Strides.Count;

    /// <summary>Samples of one latent frame.</summary>
    public int Ratio => Strides.Aggregate(1, (product, stride) => product * stride);

    /// <summary>Channels after i downsampling levels, i = 0 .. <see cref="Levels"/>.</summary>
    public int Width(int level) => level == 0 ? Channels : Channels * Multipliers[level - 1];
}
