using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>Norm, linear, SiLU, linear.</summary>
internal sealed class ConformerFeedForward(ParameterBuilder parameters, ConformerFeedForwardTensors tensors)
{
    private readonly LayerNorm norm = new(parameters, tensors.Norm);
    private readonly Linear up = new(parameters, tensors.Up);
    private readonly Linear down = new(parameters, tensors.Down);

    /// <summary><c>[batch, frames, width]</c> to the same shape, without the residual.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return down.Forward(nn.functional.silu(up.Forward(norm.Forward(x)))).MoveToOuterDisposeScope();
    }
}
