using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>Multi-head causal self-attention with rotary positions, without biases.</summary>
internal sealed class SelfAttention(ParameterBuilder parameters, DecoderLayerTensors tensors, int heads)
{
    private readonly Linear q = new(parameters, tensors.Query);
    private readonly Linear k = new(parameters, tensors.Key);
    private readonly Linear v = new(parameters, tensors.Value);

    internal Linear Output { get; } = new(parameters, tensors.Output);

    /// <param name="x">[batch, positions, width].</param>
    /// <param name="step">The state shared by the layers of a stack in this pass.</param>
    /// <param name="cache">Keys and values of earlier positions; null to attend only to x.</param>
    public Tensor Forward(Tensor x, in StackStep step, LayerCache? cache)
    {
        using var scope = NewDisposeScope();
        (Tensor query, Tensor key, Tensor value) = Project(x, step.Rotary);
        if (cache is not null)
        {
            cache.Write(key, value, step.Past);
            if (step.Past > 0)
                (key, value) = cache.Read(x.size(0), step.Past + x.size(1));
        }
        step.Probe?.Observe(query, key);
        Tensor attended = Attend(query, key, value, step.Mask);
        return Output.Forward(attended.transpose(1, 2).reshape(x.shape)).MoveToOuterDisposeScope();
    }

    /// <summary>Rotated queries and keys, and values, each [batch, heads, positions, head width].</summary>
    internal (Tensor Query, Tensor Key, Tensor Value) Project(Tensor x, RotaryTable rotary)
    {
        using var scope = NewDisposeScope();
        return (
            rotary.Rotate(Split(q.Forward(x))).MoveToOuterDisposeScope(),
            rotary.Rotate(Split(k.Forward(x))).MoveToOuterDisposeScope(),
            Split(v.Forward(x)).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Scaled dot-product attention. Without a mask, several queries are causally masked, and a single one attends to
    /// all keys.
    /// </summary>
    internal static Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor? mask) =>
        nn.functional.scaled_dot_product_attention(query, key, value, mask, 0.0,
            is_casual: mask is null && query.size(2) > 1);

    private Tensor Split(Tensor x) => x.view(x.size(0), x.size(1), heads, -1).transpose(1, 2);
}
