using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>x + conv1(act(conv7(act(x)))), the wide convolution dilated.</summary>
internal sealed class ResidualUnit(ParameterScope scope, long channels, long dilation, bool useSnake)
{
    private readonly Activation outer = new(scope.Sub("layers").Sub(0), channels, useSnake);

    private readonly Convolution wide =
        new(scope.Sub("layers").Sub(1), channels, channels, 7, padding: 3 * dilation, dilation: dilation);

    private readonly Activation inner = new(scope.Sub("layers").Sub(2), channels, useSnake);

    // Branches start small, so that a fresh stack neither grows nor fades.
    private readonly Convolution narrow = new(scope.Sub("layers").Sub(3), channels, channels, 1, gain: 0.2);

    public Tensor Forward(Tensor x)
    {
        using var disposal = NewDisposeScope();
        Tensor branch = narrow.Forward(inner.Forward(wide.Forward(outer.Forward(x))));
        return (branch.requires_grad ? branch.Plus(x) : branch.AddInPlace(x)).MoveToOuterDisposeScope();
    }
}
