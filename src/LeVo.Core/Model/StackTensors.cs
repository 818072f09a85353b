using LeVo.Core.Listings;

namespace LeVo.Core.Model;

/// <summary>A Llama stack: its layers and the final norm.</summary>
internal sealed class StackTensors(TensorScope scope, LeLmConfig config, int layers)
{
    public IReadOnlyList<DecoderLayerTensors> Layers { get; } =
        [.. Enumerable.Range(0, layers).Select(i => new DecoderLayerTensors(scope.Sub("layers").Sub(i), config))];

    public TensorInfo Norm { get; } = DecoderLayerTensors.Norm(scope, "norm", config);
}

/// <summary>One pre-norm layer of a stack: attention, then feed-forward; no biases.</summary>
internal sealed class DecoderLayerTensors
{
    private static readonly TensorInit Init = TensorInit.Normal(0.02);

    public DecoderLayerTensors(TensorScope scope, LeLmConfig config)
    {
        int width = config.Width, inner = config.FeedForwardWidth;
        TensorScope attention = scope.Sub("self_attn"), feedForward = scope.Sub("mlp");
        AttentionNorm = Norm(scope, "input_layernorm", config);
        FeedForwardNorm = Norm(scope, "post_attention_layernorm", config);
        Query = Matrix(attention, MatrixNames[0], width, width);
        Key = Matrix(attention, MatrixNames[1], width, width);
        Value = Matrix(attention, MatrixNames[2], width, width);
        Output = Matrix(attention, MatrixNames[3], width, width);
        Gate = Matrix(feedForward, MatrixNames[4], width, inner);
        Up = Matrix(feedForward, MatrixNames[5], width, inner);
        Down = Matrix(feedForward, MatrixNames[6], inner, width);
    }

    /// <summary>
    /// Names of the layer's matrices (the last part before <c>.weight</c>), to which adapters can be added.
    /// </summary>
    public static IReadOnlyList<string> MatrixNames { get; } =
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    public TensorInfo AttentionNorm { get; }

    public LinearTensors Query { get; }

    public LinearTensors Key { get; }

    public LinearTensors Value { get; }

    public LinearTensors Output { get; }

    public TensorInfo FeedForwardNorm { get; }

    public LinearTensors Gate { get; }

    public LinearTensors Up { get; }

    public LinearTensors Down { get; }

    /// <summary>The layer's matrices, in the order of <see cref="MatrixNames"/>.</summary>
    public IEnumerable<TensorInfo> Matrices =>
        ((LinearTensors[])[Query, Key, Value, Output, Gate, Up, Down]).Select(matrix => matrix.Weight);

    internal static TensorInfo Norm(TensorScope scope, string name, LeLmConfig config) =>
        scope.Sub(name).Add("weight", [config.Width], TensorInit.Ones);

    private static LinearTensors Matrix(TensorScope scope, string name, int inputs, int outputs) =>
        new(scope.Sub(name), inputs, outputs, bias: false, Init);
}
