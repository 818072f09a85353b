namespace LeVo.Core.Listings;

/// <summary>The initialisation of a tensor that is not loaded from a file.</summary>
internal enum InitKind
{
    /// <summary>Every element has the same value.</summary>
    Constant,

    /// <summary>Normal with mean 0.</summary>
    Normal,

    /// <summary>Normal with mean 0, cut at three standard deviations.</summary>
    TruncatedNormal,

    /// <summary>Uniform between minus and plus the scale.</summary>
    Uniform,

    /// <summary>
    /// Determined by the configuration (windows, filter banks, frequencies): loaded or computed, never random.
    /// </summary>
    Computed,
}

/// <summary>Initial distribution of one tensor; <paramref name="ZeroRow"/> is a padding row that starts at zero.</summary>
internal readonly record struct TensorInit(InitKind Kind, double Scale, long? ZeroRow = null)
{
    public static readonly TensorInit Zeros = new(InitKind.Constant, 0);

    public static readonly TensorInit Ones = new(InitKind.Constant, 1);

    public static readonly TensorInit Computed = new(InitKind.Computed, 0);

    public static TensorInit Normal(double standardDeviation, long? zeroRow = null) =>
        new(InitKind.Normal, standardDeviation, zeroRow);

    /// <summary>PyTorch's default for linear and convolution layers: uniform within 1/sqrt(fan-in).</summary>
    public static TensorInit FanIn(long fanIn) => new(InitKind.Uniform, 1 / Math.Sqrt(fanIn));
}
