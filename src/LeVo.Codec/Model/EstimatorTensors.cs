using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>The transformer of the flow decoder.</summary>
internal sealed class EstimatorTensors
{
    public EstimatorTensors(TensorScope scope, EstimatorConfig config)
    {
        long width = config.Width;
        Positions = scope.Sub("wpe").Add("weight", [config.Positions, width], TensorInit.Normal(0.02));
        Blocks = [.. Enumerable.Range(0, config.Blocks).Select(i => new EstimatorBlockTensors(BlockScope(scope, i), config))];
        Norm = new(scope.Sub("ln_f"), width);
        Modulation = scope.Add("scale_shift_table", [2, width], TensorInit.Normal(1 / Math.Sqrt(width)));
        Output = new(scope.Sub("proj_out"), width, width);
        Time = new(scope.Sub("adaln_single"), width);
        scope.AddUnused("wte.weight", 50_257, width);
    }

    /// <summary>The position table, <c>[positions, width]</c>.</summary>
    public TensorInfo Positions { get; }

    public IReadOnlyList<EstimatorBlockTensors> Blocks { get; }

    public LayerNormTensors Norm { get; }

    /// <summary>Shift and scale before the output, <c>[2, width]</c>.</summary>
    public TensorInfo Modulation { get; }

    public LinearTensors Output { get; }

    public TimeEmbeddingTensors Time { get; }

    /// <summary>The scope of one block.</summary>
    public static TensorScope BlockScope(TensorScope scope, int index) => scope.Sub("h").Sub(index);
}

/// <summary>One block: attention and feed-forward, each modulated by time.</summary>
internal sealed class EstimatorBlockTensors
{
    public EstimatorBlockTensors(TensorScope scope, EstimatorConfig config)
    {
        int width = config.Width, inner = config.InnerWidth;
        TensorScope attention = scope.Sub("attn"), feedForward = scope.Sub("mlp");
        AttentionNorm = new(scope.Sub("ln_1"), width);
        AttentionInput = new(attention.Sub("c_attn"), width, 3 * width);
        AttentionOutput = new(attention.Sub("c_proj"), width, width);
        FeedForwardNorm = new(scope.Sub("ln_2"), width);
        Expand = new(feedForward.Sub("c_fc"), width, inner);
        Contract = new(feedForward.Sub("c_proj"), inner, width);
        Modulation = scope.Add("scale_shift_table", [6, width], TensorInit.Normal(1 / Math.Sqrt(width)));
    }

    public LayerNormTensors AttentionNorm { get; }

    /// <summary>Queries, keys and values.</summary>
    public InputOutputLinearTensors AttentionInput { get; }

    public InputOutputLinearTensors AttentionOutput { get; }

    public LayerNormTensors FeedForwardNorm { get; }

    public InputOutputLinearTensors Expand { get; }

    public InputOutputLinearTensors Contract { get; }

    /// <summary>Shift, scale and gate of attention and of feed-forward, <c>[6, width]</c>.</summary>
    public TensorInfo Modulation { get; }
}

/// <summary>From a time to the blocks' modulation.</summary>
internal sealed class TimeEmbeddingTensors(TensorScope scope, long width)
{
    /// <summary>Frequencies of the sinusoid; it has a cosine and a sine of each.</summary>
    public const int Frequencies = 256;

    public LinearTensors First { get; } = new(Embedder(scope).Sub("linear_1"), 2 * Frequencies, width);

    public LinearTensors Second { get; } = new(Embedder(scope).Sub("linear_2"), width, width);

    public LinearTensors Modulation { get; } = new(scope.Sub("linear"), width, 6 * width);

    private static TensorScope Embedder(TensorScope scope) => scope.Sub("emb").Sub("timestep_embedder");
}

/// <summary>y = x W + b with W stored <c>[inputs, outputs]</c>.</summary>
internal sealed class InputOutputLinearTensors(TensorScope scope, long inputs, long outputs)
{
    /// <summary><c>[inputs, outputs]</c>.</summary>
    public TensorInfo Weight { get; } = scope.Add("weight", [inputs, outputs], TensorInit.FanIn(inputs));

    /// <summary><c>[outputs]</c>.</summary>
    public TensorInfo Bias { get; } = scope.Add("bias", [outputs], TensorInit.Zeros);
}
