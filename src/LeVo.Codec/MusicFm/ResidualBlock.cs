using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>ReLU(BN(conv(ReLU(BN(conv x)))) + BN(conv x)), halving frequency and time.</summary>
internal sealed class ResidualBlock(ParameterBuilder parameters, ResidualBlockTensors tensors)
{
    private readonly NormedConvolution first = new(parameters, tensors.First, stride: 2);
    private readonly NormedConvolution second = new(parameters, tensors.Second, stride: 1);
    private readonly NormedConvolution shortcut = new(parameters, tensors.Shortcut, stride: 2);

    /// <summary><c>[batch, inputs, bands, time]</c> to <c>[batch, outputs, bands / 2, time / 2]</c>.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor residual = second.Forward(Rectified(first.Forward(x)));
        Tensor sum = residual.Plus(shortcut.Forward(x));
        return sum.relu().MoveToOuterDisposeScope();
    }

    // A 40 s segment takes 260 MB per activation at full size: each is freed as soon as it is used.
    private static Tensor Rectified(Tensor x)
    {
        using (x)
            return x.relu();
    }
}

/// <summary>A 3 x 3 convolution and its batch normalization.</summary>
internal sealed class NormedConvolution(ParameterBuilder parameters, NormedConvolutionTensors tensors, long stride)
{
    private readonly Parameter weight = parameters.Take(tensors.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Bias);
    private readonly BatchNorm norm = new(parameters, tensors.Norm);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        (Tensor foldedWeight, Tensor foldedBias) = norm.Fold(weight, bias);
        return nn.functional.conv2d(x, foldedWeight, foldedBias, strides: [stride, stride], padding: [1, 1])
            .MoveToOuterDisposeScope();
    }
}
