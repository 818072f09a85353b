using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Pulls a hidden state of the estimator towards features of a speech network, so that the flow learns what is sung.
/// Training only.
/// </summary>
internal sealed class ProjectionHead(ParameterBuilder parameters, ProjectionTensors tensors)
{
    private readonly Linear first = new(parameters, tensors.First);
    private readonly Linear second = new(parameters, tensors.Second);
    private readonly Linear third = new(parameters, tensors.Third);

    /// <summary><c>[batch, frames, width]</c> to <c>[batch, frames, outputs]</c>.</summary>
    public Tensor Forward(Tensor state)
    {
        using var scope = NewDisposeScope();
        Tensor x = nn.functional.silu(first.Forward(state));
        return third.Forward(nn.functional.silu(second.Forward(x))).MoveToOuterDisposeScope();
    }
}
