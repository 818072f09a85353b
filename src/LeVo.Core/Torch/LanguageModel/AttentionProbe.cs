using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// Records the attention of one head in a pass over whole sequences, for losses on attention. The tensors keep their
/// gradients.
/// </summary>
/// <param name="layer">Layer of the stack, from 0.</param>
/// <param name="head">Head of the layer, from 0.</param>
internal sealed class AttentionProbe(int layer, int head)
{
    /// <summary>Layer of the stack, from 0.</summary>
    public int Layer => layer;

    /// <summary>
    /// Logarithm of the head's attention, [batch, positions, positions]; owned by the dispose scope around the pass.
    /// </summary>
    public Tensor? LogAttention { get; private set; }

    /// <summary>Computes the attention from rotated queries and keys [batch, heads, positions, head width].</summary>
    public void Observe(Tensor query, Tensor key)
    {
        using var scope = NewDisposeScope();
        long positions = query.size(2);
        Tensor scores = query.select(1, head).bmm(key.select(1, head).transpose(1, 2)).DividedBy(Math.Sqrt(query.size(3)));
        Tensor future = ones(positions, positions, ScalarType.Bool, query.device).triu(1);
        LogAttention = nn.functional.log_softmax(scores.masked_fill(future, Scalars.Lowest), -1).DetachFromDisposeScope();
    }
}
