using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>A weight-normed convolution over time. Gain 1 keeps the size of a signal at first.</summary>
internal sealed class ConvolutionTensors(
    TensorScope scope, long inputs, long outputs, long kernel, bool bias = true, double gain = 1)
{
    /// <summary><c>[outputs, inputs, kernel]</c>.</summary>
    public WeightNormTensors Weight { get; } =
        scope.AddWeightNorm([outputs, inputs, kernel], Initial.Weight(inputs * kernel, gain));

    /// <summary><c>[outputs]</c>, or null.</summary>
    public TensorInfo? Bias { get; } = bias ? scope.Add("bias", [outputs], TensorInit.Zeros) : null;
}

/// <summary>A weight-normed upsampling whose kernel is twice the stride. The weight norm is per input channel.</summary>
internal sealed class TransposedConvolutionTensors(TensorScope scope, long inputs, long outputs, long stride)
{
    /// <summary><c>[inputs, outputs, 2 stride]</c>; two taps of the kernel reach every output sample.</summary>
    public WeightNormTensors Weight { get; } =
        scope.AddWeightNorm([inputs, outputs, 2 * stride], Initial.Weight(2 * inputs, 1));

    /// <summary><c>[outputs]</c>.</summary>
    public TensorInfo Bias { get; } = scope.Add("bias", [outputs], TensorInit.Zeros);
}

/// <summary>Parameters of a Snake activation, <c>[channels]</c> each; null where ELU, which has none, is used.</summary>
internal sealed class ActivationTensors(TensorScope scope, long channels, bool useSnake)
{
    public TensorInfo? Alpha { get; } = useSnake ? scope.Add("alpha", [channels], TensorInit.Zeros) : null;

    public TensorInfo? Beta { get; } = useSnake ? scope.Add("beta", [channels], TensorInit.Zeros) : null;
}

/// <summary>A residual unit of the autoencoder: a wide and a narrow convolution, each after an activation.</summary>
internal sealed class ResidualUnitTensors(TensorScope scope, long channels, bool useSnake)
{
    public ActivationTensors Outer { get; } = new(scope.Sub("layers").Sub(0), channels, useSnake);

    public ConvolutionTensors Wide { get; } = new(scope.Sub("layers").Sub(1), channels, channels, 7);

    public ActivationTensors Inner { get; } = new(scope.Sub("layers").Sub(2), channels, useSnake);

    /// <summary>Starts small, so that a fresh stack of units neither grows nor fades.</summary>
    public ConvolutionTensors Narrow { get; } = new(scope.Sub("layers").Sub(3), channels, channels, 1, gain: 0.2);
}

/// <summary>First values for training from scratch.</summary>
file static class Initial
{
    /// <summary>Uniform with variance gain² / fan-in, so that gain 1 keeps the size of a signal.</summary>
    public static TensorInit Weight(long fanIn, double gain) => new(InitKind.Uniform, gain * Math.Sqrt(3.0 / fanIn));
}
