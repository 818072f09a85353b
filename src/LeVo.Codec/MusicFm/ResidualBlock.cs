using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>ReLU(BN(conv(ReLU(BN(conv x)))) + BN(conv x)), halving frequency and time.</summary>
internal sealed class ResidualBlock(ParameterScope scope, long inputs, long outputs)
{
    private readonly NormedConvolution first = new(scope, 1, inputs, outputs, stride: 2);
    private readonly NormedConvolution second = new(scope, 2, outputs, outputs, stride: 1);
    private readonly NormedConvolution shortcut = new(scope, 3, inputs, outputs, stride: 2);

    /// <summary><c>[batch, inputs, bands, time]</c> to <c>[batch, outputs, bands / 2, time / 2]</c>.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor residual = second.Forward(Rectified(first.Forward(x)));
        Tensor sum = residual.Plus(shortcut.Forward(x));
        return sum.relu().MoveToOuterDisposeScope();
    }

    // A 40 s segment takes 260 MB per activation at full size: let go of each as soon as it is used.
    private static Tensor Rectified(Tensor x)
    {
        using (x)
            return x.relu();
    }
}

/// <summary>A 3 x 3 convolution and its batch normalisation, stored as <c>convN</c> and <c>bnN</c>.</summary>
internal sealed class NormedConvolution(ParameterScope scope, int number, long inputs, long outputs, long stride)
{
    private const long Kernel = 3;
    private readonly Parameter weight = scope.Sub($"conv{number}")
        .Take("weight", [outputs, inputs, Kernel, Kernel], ParameterInit.FanIn(inputs * Kernel * Kernel));
    private readonly Parameter bias = scope.Sub($"conv{number}")
        .Take("bias", [outputs], ParameterInit.FanIn(inputs * Kernel * Kernel));
    private readonly BatchNorm norm = new(scope.Sub($"bn{number}"), outputs);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        (Tensor foldedWeight, Tensor foldedBias) = norm.Fold(weight, bias);
        return nn.functional.conv2d(x, foldedWeight, foldedBias, strides: [stride, stride], padding: [1, 1])
            .MoveToOuterDisposeScope();
    }
}
