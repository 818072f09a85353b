using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>A level of an encoder: strided convolution, residual branch, gated layer.</summary>
/// <param name="scope">Where it is.</param>
/// <param name="config">Sizes.</param>
/// <param name="level">The level, counted from the outside.</param>
/// <param name="inputs">Channels that come in.</param>
/// <param name="planes">2 for the spectrogram, whose kernels have a trailing dimension for time; 1 for the waveform.</param>
internal sealed class DemucsEncoderTensors(TensorScope scope, DemucsConfig config, int level, long inputs, int planes)
{
    /// <summary><c>[channels, inputs, 8]</c> or <c>[channels, inputs, 8, 1]</c>.</summary>
    public KernelTensors Convolution { get; } = new(scope.Sub("conv"), inputs * DemucsConfig.Kernel,
        Kernels.Shape(planes, config.LevelChannels(level), inputs, DemucsConfig.Kernel), config.LevelChannels(level));

    public ResidualBranchTensors Branch { get; } = new(scope.Sub("dconv").Sub("layers"), config, level);

    public PointwiseTensors Rewrite { get; } =
        new(scope.Sub(DemucsTensors.RewriteName), config.LevelChannels(level), 2 * config.LevelChannels(level), planes);
}

/// <summary>A level of a decoder: gated layer with context, residual branch, transposed convolution.</summary>
/// <param name="scope">Where it is.</param>
/// <param name="config">Sizes.</param>
/// <param name="level">The level, counted from the outside.</param>
/// <param name="outputs">Channels that go out.</param>
/// <param name="planes">2 for the spectrogram, 1 for the waveform.</param>
internal sealed class DemucsDecoderTensors(TensorScope scope, DemucsConfig config, int level, long outputs, int planes)
{
    private const int Context = 3;

    /// <summary><c>[2 channels, channels, 3]</c> or <c>[2 channels, channels, 3, 3]</c>.</summary>
    public KernelTensors Rewrite { get; } = new(scope.Sub(DemucsTensors.RewriteName),
        config.LevelChannels(level) * (planes == 2 ? Context * Context : Context),
        [2 * config.LevelChannels(level), config.LevelChannels(level), .. Enumerable.Repeat((long)Context, planes)],
        2 * config.LevelChannels(level));

    public ResidualBranchTensors Branch { get; } = new(scope.Sub("dconv").Sub("layers"), config, level);

    /// <summary><c>[channels, outputs, 8]</c> or <c>[channels, outputs, 8, 1]</c>; two taps reach every output.</summary>
    public KernelTensors Convolution { get; } = new(scope.Sub("conv_tr"),
        config.LevelChannels(level) * DemucsConfig.Kernel / DemucsConfig.Stride,
        Kernels.Shape(planes, config.LevelChannels(level), outputs, DemucsConfig.Kernel), outputs);
}

/// <summary>A convolution's weight and its bias.</summary>
internal sealed class KernelTensors(TensorScope scope, long fanIn, long[] shape, long outputs)
{
    public TensorInfo Weight { get; } = scope.Add("weight", shape, TensorInit.FanIn(fanIn));

    /// <summary><c>[outputs]</c>.</summary>
    public TensorInfo Bias { get; } = scope.Add("bias", [outputs], TensorInit.FanIn(fanIn));
}

/// <summary>A linear layer over channels that is stored as a convolution of kernel 1.</summary>
internal sealed class PointwiseTensors(TensorScope scope, long inputs, long outputs, int planes)
{
    /// <summary><c>[outputs, inputs, 1]</c> or <c>[outputs, inputs, 1, 1]</c>.</summary>
    public TensorInfo Weight { get; } =
        scope.Add("weight", Kernels.Shape(planes, outputs, inputs, 1), TensorInit.FanIn(inputs));

    /// <summary><c>[outputs]</c>.</summary>
    public TensorInfo Bias { get; } = scope.Add("bias", [outputs], TensorInit.FanIn(inputs));
}

/// <summary>The residual branch of a level (DConv).</summary>
internal sealed class ResidualBranchTensors(TensorScope layers, DemucsConfig config, int level)
{
    public IReadOnlyList<ResidualLayerTensors> Layers { get; } = [.. Enumerable.Range(0, DemucsConfig.BranchLayers).Select(
        k => new ResidualLayerTensors(layers.Sub(k), config.LevelChannels(level), config.BranchChannels(level)))];
}

/// <summary>A layer of a residual branch: few channels inside, a scale for each channel at the end.</summary>
internal sealed class ResidualLayerTensors(TensorScope scope, long channels, long hidden)
{
    /// <summary><c>[hidden, channels, 3]</c>.</summary>
    public KernelTensors Squeeze { get; } = new(scope.Sub(0), 3 * channels, [hidden, channels, 3], hidden);

    public LayerNormTensors SqueezeNorm { get; } = new(scope.Sub(1), hidden);

    public PointwiseTensors Expand { get; } = new(scope.Sub(3), hidden, 2 * channels, planes: 1);

    public LayerNormTensors ExpandNorm { get; } = new(scope.Sub(4), 2 * channels);

    /// <summary><c>[channels]</c>; starts small, so that a fresh branch changes little.</summary>
    public TensorInfo Scale { get; } = scope.Sub(6).Add("scale", [channels], new(InitKind.Constant, 1e-3));
}

/// <summary>Shapes of kernels.</summary>
file static class Kernels
{
    /// <summary><c>[first, second, kernel]</c>, with a trailing 1 for the spectrogram.</summary>
    public static long[] Shape(int planes, long first, long second, long kernel) =>
        planes == 2 ? [first, second, kernel, 1] : [first, second, kernel];
}
