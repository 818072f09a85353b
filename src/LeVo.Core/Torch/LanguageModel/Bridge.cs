using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// Combines the dual-track embeddings with stack 1's hidden states: W2 gelu(W0 [x, h] + b0) + b2, exact GELU.
/// </summary>
internal sealed class Bridge(ParameterBuilder parameters, BridgeTensors tensors)
{
    private readonly Linear inner = new(parameters, tensors.Inner);
    private readonly Linear outer = new(parameters, tensors.Outer);

    /// <param name="tracks">Embeddings of conditions and dual-track tokens [batch, positions, width].</param>
    /// <param name="mixedHidden">Hidden states of stack 1, same shape.</param>
    public Tensor Forward(Tensor tracks, Tensor mixedHidden)
    {
        using var scope = NewDisposeScope();
        return outer.Forward(nn.functional.gelu(inner.Forward(cat([tracks, mixedHidden], -1)))).MoveToOuterDisposeScope();
    }
}
