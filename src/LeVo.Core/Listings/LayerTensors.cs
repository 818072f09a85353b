namespace LeVo.Core.Listings;

/// <summary>A linear layer, y = x Wᵀ + b.</summary>
internal sealed class LinearTensors(
    TensorScope scope, long inputs, long outputs, bool bias = true, TensorInit? init = null)
{
    /// <summary><c>[outputs, inputs]</c>.</summary>
    public TensorInfo Weight { get; } = scope.Add("weight", [outputs, inputs], init ?? TensorInit.FanIn(inputs));

    /// <summary><c>[outputs]</c>, or null.</summary>
    public TensorInfo? Bias { get; } = bias ? scope.Add("bias", [outputs], init ?? TensorInit.FanIn(inputs)) : null;
}

/// <summary>An embedding table; the padding row is initialised to zero and receives no gradient.</summary>
internal sealed class EmbeddingTensors(
    TensorScope scope, long rows, long width, TensorInit init, long? padding = null)
{
    /// <summary><c>[rows, width]</c>.</summary>
    public TensorInfo Weight { get; } = scope.Add("weight", [rows, width], init with { ZeroRow = padding });

    /// <summary>The padding row, or null.</summary>
    public long? Padding => padding;
}

/// <summary>Layer normalisation over the last dimension.</summary>
internal sealed class LayerNormTensors(TensorScope scope, long width)
{
    /// <summary><c>[width]</c>.</summary>
    public TensorInfo Weight { get; } = scope.Add("weight", [width], TensorInit.Ones);

    /// <summary><c>[width]</c>.</summary>
    public TensorInfo Bias { get; } = scope.Add("bias", [width], TensorInit.Zeros);
}
