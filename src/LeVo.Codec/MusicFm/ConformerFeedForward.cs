using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>Norm, linear, SiLU, linear; stored as <c>ffnN_layer_norm</c> and <c>ffnN</c>.</summary>
internal sealed class ConformerFeedForward(ParameterScope scope, int number, int width, int inner)
{
    private readonly LayerNorm norm = new(scope.Sub($"ffn{number}_layer_norm"), width);
    private readonly Linear up = new(scope.Sub($"ffn{number}").Sub("intermediate_dense"), width, inner);
    private readonly Linear down = new(scope.Sub($"ffn{number}").Sub("output_dense"), inner, width);

    /// <summary><c>[batch, frames, width]</c> to the same shape, without the residual.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return down.Forward(nn.functional.silu(up.Forward(norm.Forward(x)))).MoveToOuterDisposeScope();
    }
}
