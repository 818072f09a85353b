using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// The quantised weights of LeLM. The heads and the bridge always have 8 bits: they are a few percent of all weights,
/// and every logit depends on them.
/// </summary>
/// <param name="plan">The memory plan of the weights.</param>
/// <param name="tensors">The model's tensors.</param>
/// <param name="bits">Bits of the layers' weights.</param>
internal sealed class LeLmWeights(WeightPlan plan, LeLmTensors tensors, WeightBits bits)
{
    public StackWeights MixedStack { get; } = new(plan, tensors.MixedStack, bits);

    public QuantizedMatrix MixedHead { get; } = plan.Matrix(WeightBits.Eight, tensors.MixedHead.Weight);

    public BridgeWeights Bridge { get; } = new(plan, tensors.Bridge);

    public StackWeights TrackStack { get; } = new(plan, tensors.TrackStack, bits);

    public QuantizedMatrix[] TrackHeads { get; } =
        [.. tensors.TrackHeads.Select(head => plan.Matrix(WeightBits.Eight, head.Weight))];
}

/// <summary>The two linear layers between the stacks.</summary>
internal sealed class BridgeWeights(WeightPlan plan, BridgeTensors tensors)
{
    public QuantizedMatrix Inner { get; } = plan.Matrix(WeightBits.Eight, tensors.Inner.Weight);

    public FloatVector InnerBias { get; } = plan.Vector(tensors.Inner.Bias!);

    public QuantizedMatrix Outer { get; } = plan.Matrix(WeightBits.Eight, tensors.Outer.Weight);

    public FloatVector OuterBias { get; } = plan.Vector(tensors.Outer.Bias!);
}

/// <summary>One stack: its layers and the final norm.</summary>
internal sealed class StackWeights(WeightPlan plan, StackTensors tensors, WeightBits bits)
{
    public LayerWeights[] Layers { get; } =
        [.. tensors.Layers.Select(layer => new LayerWeights(plan, layer, bits))];

    public FloatVector Norm { get; } = plan.Vector(tensors.Norm);
}

/// <summary>One layer. Queries, keys and values are one matrix; gate and up are multiplied together.</summary>
internal sealed class LayerWeights(WeightPlan plan, DecoderLayerTensors tensors, WeightBits bits)
{
    public FloatVector AttentionNorm { get; } = plan.Vector(tensors.AttentionNorm);

    public QuantizedMatrix QueryKeyValue { get; } =
        plan.Matrix(bits, tensors.Query.Weight, tensors.Key.Weight, tensors.Value.Weight);

    public QuantizedMatrix Output { get; } = plan.Matrix(bits, tensors.Output.Weight);

    public FloatVector FeedForwardNorm { get; } = plan.Vector(tensors.FeedForwardNorm);

    public QuantizedMatrix Gate { get; } = plan.Matrix(bits, tensors.Gate.Weight);

    public QuantizedMatrix Up { get; } = plan.Matrix(bits, tensors.Up.Weight);

    public QuantizedMatrix Down { get; } = plan.Matrix(bits, tensors.Down.Weight);
}
