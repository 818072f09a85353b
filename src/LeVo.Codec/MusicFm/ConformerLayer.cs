using LeVo.Core.Neural;
using LeVo.Core.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>One conformer layer: half feed-forward, attention, convolution, half feed-forward, norm.</summary>
internal sealed class ConformerLayer(ParameterScope scope, MusicFmConfig config)
{
    private readonly LayerNorm attentionNorm = new(scope.Sub("self_attn_layer_norm"), config.Width);
    private readonly LayerNorm finalNorm = new(scope.Sub("final_layer_norm"), config.Width);
    private readonly ConformerAttention attention = new(scope.Sub("self_attn"), config.Width, config.Heads);

    public ConformerFeedForward FirstFeedForward { get; } = new(scope, 1, config.Width, config.FeedForward);

    public ConformerConvolution Convolution { get; } =
        new(scope.Sub("conv_module"), config.Width, config.ConvolutionKernel);

    public ConformerFeedForward SecondFeedForward { get; } = new(scope, 2, config.Width, config.FeedForward);

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
        x = x + FirstFeedForward.Forward(x) * 0.5;
        x = x + Attend(x, angles);
        x = x + Convolution.Forward(x);
        x = x + SecondFeedForward.Forward(x) * 0.5;
        return finalNorm.Forward(x).MoveToOuterDisposeScope();
    }
}

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
