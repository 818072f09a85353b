using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// Records the attention of one head in a pass over whole sequences, for losses on attention. The tensor keeps its
/// gradients, and is released with the probe.
/// </summary>
/// <param name="layer">Layer of the stack, from 0.</param>
/// <param name="head">Head of the layer, from 0.</param>
internal sealed class AttentionProbe(int layer, int head) : IDisposable
{
    /// <summary>Layer of the stack, from 0.</summary>
    public int Layer => layer;

    /// <summary>
    /// Logarithm of the head's attention, float32 <c>[batch, positions, positions]</c>; null before the pass.
    /// </summary>
    public Tensor? LogAttention { get; private set; }

    /// <summary>Computes the attention from rotated queries and keys [batch, heads, positions, head width].</summary>
    public void Observe(Tensor query, Tensor key)
    {
        using var scope = NewDisposeScope();
        long positions = query.size(2);
        // In float32, because the lowest score does not fit into 16 bits.
        Tensor scores = query.select(1, head).bmm(key.select(1, head).transpose(1, 2)).to(float32)
            .DividedBy(Math.Sqrt(query.size(3)));
        Tensor future = ones(positions, positions, ScalarType.Bool, query.device).triu(1);
        LogAttention?.Dispose();
        LogAttention = nn.functional.log_softmax(scores.masked_fill(future, Scalars.Lowest), -1).DetachFromDisposeScope();
    }

    public void Dispose() => LogAttention?.Dispose();
}
