using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>One pre-norm layer: attention, then feed-forward, each added to the residual stream.</summary>
internal sealed class DecoderLayer(ParameterScope scope, long width, long inner, int heads)
{
    /// <summary>Initial distribution of every linear layer of a stack.</summary>
    internal static readonly ParameterInit Init = ParameterInit.Normal(0.02);

    private readonly RmsNorm attentionNorm = new(scope.Sub("input_layernorm"), width);
    private readonly RmsNorm feedForwardNorm = new(scope.Sub("post_attention_layernorm"), width);

    internal SelfAttention Attention { get; } = new(scope.Sub("self_attn"), width, heads);

    internal FeedForward FeedForward { get; } = new(scope.Sub("mlp"), width, inner);

    public Tensor Forward(Tensor x, in StackStep step, LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        Tensor attended = x.Plus(Attention.Forward(attentionNorm.Forward(x), step, cache));
        return attended.Plus(FeedForward.Forward(feedForwardNorm.Forward(attended))).MoveToOuterDisposeScope();
    }
}
