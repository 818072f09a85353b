using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>A weight-normed convolution over time, <c>[batch, inputs, time]</c> to <c>[batch, outputs, time']</c>.</summary>
internal sealed class Convolution(ParameterScope scope, long inputs, long outputs, long kernel, long stride = 1,
    long padding = 0, long dilation = 1, bool bias = true, double gain = 1)
{
    private readonly Parameter weight =
        scope.TakeWeightNorm([outputs, inputs, kernel], Initial.Weight(inputs * kernel, gain));

    private readonly Parameter? bias = bias ? scope.Take("bias", [outputs], ParameterInit.Zeros) : null;

    public Tensor Forward(Tensor x) => nn.functional.conv1d(x, weight, bias, stride, padding, dilation);
}

/// <summary>Weight-normed upsampling by <c>stride</c>, kernel twice the stride. The weight norm is per input channel.</summary>
internal sealed class TransposedConvolution(ParameterScope scope, long inputs, long outputs, long stride)
{
    // Two taps of the kernel reach every output sample.
    private readonly Parameter weight =
        scope.TakeWeightNorm([inputs, outputs, 2 * stride], Initial.Weight(2 * inputs, 1));

    private readonly Parameter bias = scope.Take("bias", [outputs], ParameterInit.Zeros);

    public Tensor Forward(Tensor x) => nn.functional.conv_transpose1d(x, weight, bias, stride, (stride + 1) / 2);
}

/// <summary>First values for training from scratch.</summary>
file static class Initial
{
    /// <summary>Uniform with variance gain² / fan-in, so that gain 1 keeps the size of a signal.</summary>
    public static ParameterInit Weight(long fanIn, double gain) => new(InitKind.Uniform, gain * Math.Sqrt(3.0 / fanIn));
}
