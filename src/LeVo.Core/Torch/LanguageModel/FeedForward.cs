using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>The gated feed-forward of a decoder layer: down(silu(gate(x)) * up(x)).</summary>
internal sealed class FeedForward(ParameterScope scope, long width, long inner)
{
    private readonly Linear gate = new(scope.Sub("gate_proj"), width, inner, bias: false, DecoderLayer.Init);
    private readonly Linear up = new(scope.Sub("up_proj"), width, inner, bias: false, DecoderLayer.Init);
    private readonly Linear down = new(scope.Sub("down_proj"), inner, width, bias: false, DecoderLayer.Init);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return down.Forward(nn.functional.silu(gate.Forward(x)) * up.Forward(x)).MoveToOuterDisposeScope();
    }
}
