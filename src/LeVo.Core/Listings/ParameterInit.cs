namespace LeVo.Core.Listings;

/// <summary>How a parameter that no file holds gets its first values.</summary>
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

    /// <summary>Follows from the configuration (windows, filter banks, frequencies): only files hold it, nothing draws it.</summary>
    Computed,
}

/// <summary>Initial distribution of one parameter; <paramref name="ZeroRow"/> is a padding row that starts at zero.</summary>
internal readonly record struct ParameterInit(InitKind Kind, double Scale, long? ZeroRow = null)
{
    public static readonly ParameterInit Zeros = new(InitKind.Constant, 0);

    public static readonly ParameterInit Ones = new(InitKind.Constant, 1);

    public static readonly ParameterInit Computed = new(InitKind.Computed, 0);

    public static ParameterInit Normal(double standardDeviation, long? zeroRow = null) =>
        new(InitKind.Normal, standardDeviation, zeroRow);

    /// <summary>PyTorch's default for linear and convolution layers: uniform within 1/sqrt(fan-in).</summary>
    public static ParameterInit FanIn(long fanIn) => new(InitKind.Uniform, 1 / Math.Sqrt(fanIn));
}
