using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>The gated feed-forward of a decoder layer: down(silu(gate(x)) * up(x)).</summary>
internal sealed class FeedForward(ParameterBuilder parameters, DecoderLayerTensors tensors)
{
    private readonly Linear gate = new(parameters, tensors.Gate);
    private readonly Linear up = new(parameters, tensors.Up);

    internal Linear Down { get; } = new(parameters, tensors.Down);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Down.Forward(nn.functional.silu(gate.Forward(x)) * up.Forward(x)).MoveToOuterDisposeScope();
    }
}
