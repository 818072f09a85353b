using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LeVo.Codec.Separation;

/// <summary>Attention to the own branch or to the other one, then a feed-forward part; both scaled per feature and added.</summary>
internal sealed class CrossTransformerLayer(ParameterBuilder parameters, CrossTransformerLayerTensors tensors, int heads)
{
    private readonly Parameter attentionWeight = parameters.Take(tensors.AttentionWeight);
    private readonly Parameter attentionBias = parameters.Take(tensors.AttentionBias);
    private readonly Linear attentionOutput = new(parameters, tensors.AttentionOutput);
    private readonly LayerNorm queryNorm = new(parameters, tensors.QueryNorm);
    private readonly LayerNorm? keyNorm = tensors.KeyNorm is { } norm ? new(parameters, norm) : null;
    private readonly LayerNorm feedForwardNorm = new(parameters, tensors.FeedForwardNorm);
    private readonly Linear expand = new(parameters, tensors.Expand);
    private readonly Linear contract = new(parameters, tensors.Contract);
    private readonly Parameter attentionScale = parameters.Take(tensors.AttentionScale);
    private readonly Parameter feedForwardScale = parameters.Take(tensors.FeedForwardScale);
    private readonly ItemNorm outputNorm = new(parameters, tensors.OutputNorm);

    /// <param name="x">The branch, <c>[items, tokens, width]</c>.</param>
    /// <param name="other">The other branch, or null where it attends to itself.</param>
    public Tensor Forward(Tensor x, Tensor? other)
    {
        using var scope = NewDisposeScope();
        Tensor y = x.addcmul(Attend(x, other), attentionScale, Scalars.One);
        using (Tensor hidden = expand.Forward(feedForwardNorm.Forward(y)).gelu_())
            y.addcmul_(contract.Forward(hidden), feedForwardScale, Scalars.One);
        return outputNorm.ForwardTokens(y).MoveToOuterDisposeScope();
    }

    /// <summary>The result of attention, before it is scaled.</summary>
    public Tensor Attend(Tensor x, Tensor? other)
    {
        using var scope = NewDisposeScope();
        long width = x.shape[2];
        Tensor queries = queryNorm.Forward(x);
        Tensor[] qkv = keyNorm is null || other is null
            ? Project(queries, 0, 3)
            : [.. Project(queries, 0, 1), .. Project(keyNorm.Forward(other), 1, 2)];
        Tensor mixed = nn.functional.scaled_dot_product_attention(qkv[0], qkv[1], qkv[2]);
        return attentionOutput.Forward(mixed.transpose(1, 2).reshape(x.shape[0], x.shape[1], width)).MoveToOuterDisposeScope();

        // Rows of the weight: queries, keys, values. Each result is [items, heads, tokens, width of a head].
        Tensor[] Project(Tensor tokens, long first, long count)
        {
            Tensor projected = nn.functional.linear(tokens,
                attentionWeight.narrow(0, first * width, count * width), attentionBias.narrow(0, first * width, count * width));
            Tensor split = projected.view(tokens.shape[0], tokens.shape[1], count, heads, width / heads);
            return [.. Enumerable.Range(0, (int)count).Select(i => split.select(2, i).transpose(1, 2))];
        }
    }

    /// <summary>The norm at the end.</summary>
    public Tensor OutputNorm(Tensor tokens) => outputNorm.ForwardTokens(tokens);
}
