using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Pulls a hidden state of the estimator towards features of a speech network, so that the flow learns what is sung.
/// Training only; keys <c>cfm_wrapper.mlp.0</c>, <c>.2</c>, <c>.4</c>.
/// </summary>
internal sealed class ProjectionHead(ParameterScope scope, long inputs, long hidden = 1024, long outputs = 768)
{
    private readonly Linear first = new(scope.Sub(0), inputs, hidden);
    private readonly Linear second = new(scope.Sub(2), hidden, hidden);
    private readonly Linear third = new(scope.Sub(4), hidden, outputs);

    /// <summary><c>[batch, frames, width]</c> to <c>[batch, frames, outputs]</c>.</summary>
    public Tensor Forward(Tensor state)
    {
        using var scope = NewDisposeScope();
        Tensor x = nn.functional.silu(first.Forward(state));
        return third.Forward(nn.functional.silu(second.Forward(x))).MoveToOuterDisposeScope();
    }
}
