using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>One pre-norm layer: attention, then feed-forward, each added to the residual stream.</summary>
internal sealed class DecoderLayer(ParameterBuilder parameters, DecoderLayerTensors tensors, int heads)
{
    private readonly RmsNorm attentionNorm = new(parameters, tensors.AttentionNorm);
    private readonly RmsNorm feedForwardNorm = new(parameters, tensors.FeedForwardNorm);

    private readonly Tensor? queryKeyValue = parameters.Join(tensors.Query.Weight, tensors.Key.Weight, tensors.Value.Weight);
    private readonly Tensor? gateUp = parameters.Join(tensors.Gate.Weight, tensors.Up.Weight);

    internal SelfAttention Attention { get; } = new(parameters, tensors, heads);

    internal FeedForward FeedForward { get; } = new(parameters, tensors);

    /// <summary>What <see cref="FusedStep"/> multiplies with; null if the matrices are not joined.</summary>
    internal Tensor[]? JoinedWeights => queryKeyValue is null || gateUp is null ? null
        : [attentionNorm.Weight, queryKeyValue, Attention.Output.Weight, feedForwardNorm.Weight, gateUp, FeedForward.Down.Weight];

    public Tensor Forward(Tensor x, in StackStep step, LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        Tensor attended = x.Plus(Attention.Forward(attentionNorm.Forward(x), step, cache));
        return attended.Plus(FeedForward.Forward(feedForwardNorm.Forward(attended))).MoveToOuterDisposeScope();
    }
}
