using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu.Weights;

/// <summary>The weights of a LeLM that a step multiplies with. The heads and the bridge keep 8 bits: they are a few
/// hundredths of the whole, and every logit passes through them.</summary>
internal sealed class LeLmWeights
{
    /// <param name="plan">Where the weights will lie.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="bits">Bits of the layers' weights.</param>
    public LeLmWeights(WeightPlan plan, LeLmConfig config, WeightBits bits)
    {
        int width = config.Width;
        Mixed = new(plan, "transformer.model", config, config.Layers, bits);
        MixedHead = plan.Matrix(WeightBits.Eight, width, ("transformer.lm_head.weight", config.Classes));
        BridgeInner = plan.Matrix(WeightBits.Eight, 2 * width, ("mlp.0.weight", width));
        BridgeInnerBias = plan.Vector("mlp.0.bias", width);
        BridgeOuter = plan.Matrix(WeightBits.Eight, width, ("mlp.2.weight", width));
        BridgeOuterBias = plan.Vector("mlp.2.bias", width);
        Tracks = new(plan, "transformer2.model", config, config.SubLayers, bits);
        TrackHeads = [.. Enumerable.Range(0, config.Codebooks - 1).Select(k =>
            plan.Matrix(WeightBits.Eight, width, ($"linears.{k}.weight", config.Classes)))];
    }

    public StackWeights Mixed { get; }

    public QuantizedMatrix MixedHead { get; }

    public QuantizedMatrix BridgeInner { get; }

    public FloatVector BridgeInnerBias { get; }

    public QuantizedMatrix BridgeOuter { get; }

    public FloatVector BridgeOuterBias { get; }

    public StackWeights Tracks { get; }

    public QuantizedMatrix[] TrackHeads { get; }
}

/// <summary>One stack: its layers and the final norm.</summary>
internal sealed class StackWeights(WeightPlan plan, string scope, LeLmConfig config, int layers, WeightBits bits)
{
    public LayerWeights[] Layers { get; } =
        [.. Enumerable.Range(0, layers).Select(i => new LayerWeights(plan, $"{scope}.layers.{i}", config, bits))];

    public FloatVector Norm { get; } = plan.Vector($"{scope}.norm.weight", config.Width);
}

/// <summary>One layer. Queries, keys and values are one product; gate and up are computed side by side.</summary>
internal sealed class LayerWeights(WeightPlan plan, string scope, LeLmConfig config, WeightBits bits)
{
    public FloatVector AttentionNorm { get; } = plan.Vector($"{scope}.input_layernorm.weight", config.Width);

    public QuantizedMatrix QueryKeyValue { get; } = plan.Matrix(bits, config.Width,
        ($"{scope}.self_attn.q_proj.weight", config.Width),
        ($"{scope}.self_attn.k_proj.weight", config.Width),
        ($"{scope}.self_attn.v_proj.weight", config.Width));

    public QuantizedMatrix Output { get; } =
        plan.Matrix(bits, config.Width, ($"{scope}.self_attn.o_proj.weight", config.Width));

    public FloatVector FeedForwardNorm { get; } =
        plan.Vector($"{scope}.post_attention_layernorm.weight", config.Width);

    public QuantizedMatrix Gate { get; } =
        plan.Matrix(bits, config.Width, ($"{scope}.mlp.gate_proj.weight", config.FeedForwardWidth));

    public QuantizedMatrix Up { get; } =
        plan.Matrix(bits, config.Width, ($"{scope}.mlp.up_proj.weight", config.FeedForwardWidth));

    public QuantizedMatrix Down { get; } =
        plan.Matrix(bits, config.FeedForwardWidth, ($"{scope}.mlp.down_proj.weight", config.Width));
}
