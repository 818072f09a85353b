using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>One conformer layer: half feed-forward, attention, convolution, half feed-forward, norm.</summary>
internal sealed class ConformerLayer(ParameterBuilder parameters, ConformerLayerTensors tensors, MusicFmConfig config)
{
    private readonly LayerNorm attentionNorm = new(parameters, tensors.AttentionNorm);
    private readonly LayerNorm finalNorm = new(parameters, tensors.FinalNorm);
    private readonly ConformerAttention attention = new(parameters, tensors.Attention, config.Heads);

    public ConformerFeedForward FirstFeedForward { get; } = new(parameters, tensors.FirstFeedForward);

    public ConformerConvolution Convolution { get; } = new(parameters, tensors.Convolution);

    public ConformerFeedForward SecondFeedForward { get; } = new(parameters, tensors.SecondFeedForward);

    /// <summary>The attention part with its norm, without the residual.</summary>
    public Tensor Attend(Tensor x, (Tensor Cos, Tensor Sin) angles)
    {
        using var scope = NewDisposeScope();
        return attention.Forward(attentionNorm.Forward(x), angles).MoveToOuterDisposeScope();
    }

    /// <summary><c>[batch, frames, width]</c> to the same shape.</summary>
    public Tensor Forward(Tensor x, (Tensor Cos, Tensor Sin) angles)
    {
        using var scope = NewDisposeScope();
        x = x.Plus(FirstFeedForward.Forward(x).Times(0.5));
        x = x.Plus(Attend(x, angles));
        x = x.Plus(Convolution.Forward(x));
        x = x.Plus(SecondFeedForward.Forward(x).Times(0.5));
        return finalNorm.Forward(x).MoveToOuterDisposeScope();
    }
}
