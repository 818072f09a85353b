namespace LeVo.Codec.Model;

/// <summary>One half of the autoencoder. Level i has <c>Channels · Multipliers[i]</c> channels; strides are in encoder order.</summary>
internal sealed record OobleckConfig(int Channels, IReadOnlyList<int> Multipliers, IReadOnlyList<int> Strides)
{
    /// <summary>Samples to either side that a convolution of 7 looks at.</summary>
    public const int OutputReach = 3;

    /// <summary>Samples to either side that the residual units of a level together look at.</summary>
    public const int UnitsReach = 3 * (1 + 3 + 9);

    /// <summary>Dilations of the three residual units of every level.</summary>
    public static readonly long[] Dilations = [1, 3, 9];

    /// <summary>Snake activations; otherwise ELU.</summary>
    public bool UseSnake { get; init; } = true;

    /// <summary>The decoder ends in tanh.</summary>
    public bool FinalTanh { get; init; }

    public int Levels => Strides.Count;

    /// <summary>Samples of one latent frame.</summary>
    public int Ratio => Strides.Aggregate(1, (product, stride) => product * stride);

    /// <summary>Whether a decoded length is a whole multiple of the latents'.</summary>
    public bool HasEvenStrides => Strides.All(stride => stride % 2 == 0);

    /// <summary>Latents to either side of a latent that its samples depend on, once decoded; 9 at the released sizes.</summary>
    public int DecoderReach
    {
        get
        {
            int reach = OutputReach;
            for (int level = 1; level <= Levels; level++)
                reach = LevelReach(level, reach);
            return reach + OutputReach;
        }
    }

    /// <summary>Input samples of a decoder's level that its outputs depend on, given how many of these the next layers look
    /// at. A sample of an upsampling by S comes from two inputs, S / 2 samples away at most.</summary>
    public int LevelReach(int level, int following)
    {
        int stride = Strides[level - 1];
        return 1 + (following + UnitsReach + stride / 2) / stride;
    }

    /// <summary>Channels after i downsampling levels, i = 0 .. <see cref="Levels"/>.</summary>
    public int Width(int level) => level == 0 ? Channels : Channels * Multipliers[level - 1];
}
