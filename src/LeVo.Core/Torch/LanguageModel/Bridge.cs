using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>Joins the dual-track embeddings with stack 1's hidden states: W2 gelu(W0 [x, h] + b0) + b2, exact GELU.</summary>
internal sealed class Bridge(ParameterScope scope, long width)
{
    private readonly Linear inner = new(scope.Sub(0), 2 * width, width);
    private readonly Linear outer = new(scope.Sub(2), width, width);

    /// <param name="tracks">Embeddings of conditions and dual-track tokens [batch, positions, width].</param>
    /// <param name="hidden1">Hidden states of stack 1, same shape.</param>
    public Tensor Forward(Tensor tracks, Tensor hidden1)
    {
        using var scope = NewDisposeScope();
        return outer.Forward(nn.functional.gelu(inner.Forward(cat([tracks, hidden1], -1)))).MoveToOuterDisposeScope();
    }
}
