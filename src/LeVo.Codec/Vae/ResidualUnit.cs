using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>x + conv1(act(conv7(act(x)))), the wide convolution dilated.</summary>
internal sealed class ResidualUnit(ParameterBuilder parameters, ResidualUnitTensors tensors, long dilation)
{
    private readonly Activation outer = new(parameters, tensors.Outer);
    private readonly Convolution wide = new(parameters, tensors.Wide, padding: 3 * dilation, dilation: dilation);
    private readonly Activation inner = new(parameters, tensors.Inner);
    private readonly Convolution narrow = new(parameters, tensors.Narrow);

    public Tensor Forward(Tensor x)
    {
        using var disposal = NewDisposeScope();
        Tensor branch = narrow.Forward(inner.Forward(wide.Forward(outer.Forward(x))));
        return (branch.requires_grad ? branch.Plus(x) : branch.AddInPlace(x)).MoveToOuterDisposeScope();
    }
}
