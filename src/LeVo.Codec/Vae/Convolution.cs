using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>A weight-normed convolution over time, <c>[batch, inputs, time]</c> to <c>[batch, outputs, time']</c>.</summary>
internal sealed class Convolution(
    ParameterBuilder parameters, ConvolutionTensors tensors, long stride = 1, long padding = 0, long dilation = 1)
{
    private readonly Parameter weight = parameters.TakeWeightNorm(tensors.Weight);
    private readonly Parameter? bias = tensors.Bias is { } info ? parameters.Take(info) : null;

    public Tensor Forward(Tensor x) => nn.functional.conv1d(x, weight, bias, stride, padding, dilation);
}

/// <summary>Weight-normed upsampling by <c>stride</c>, kernel twice the stride. The weight norm is per input channel.</summary>
internal sealed class TransposedConvolution(
    ParameterBuilder parameters, TransposedConvolutionTensors tensors, long stride)
{
    private readonly Parameter weight = parameters.TakeWeightNorm(tensors.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Bias);

    public Tensor Forward(Tensor x) => nn.functional.conv_transpose1d(x, weight, bias, stride, (stride + 1) / 2);
}
