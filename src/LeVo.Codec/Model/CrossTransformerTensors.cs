using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>The transformer between the branches of the stem separator.</summary>
internal sealed class CrossTransformerTensors
{
    public CrossTransformerTensors(TensorScope scope, DemucsConfig config)
    {
        FrequencyNorm = new(scope.Sub("norm_in"), config.Width);
        TimeNorm = new(scope.Sub("norm_in_t"), config.Width);
        FrequencyLayers = Layers("layers");
        TimeLayers = Layers("layers_t");

        IReadOnlyList<CrossTransformerLayerTensors> Layers(string name) =>
        [
            .. Enumerable.Range(0, config.Layers).Select(
                n => new CrossTransformerLayerTensors(scope.Sub(name).Sub(n), config, isCross: n % 2 == 1)),
        ];
    }

    public LayerNormTensors FrequencyNorm { get; }

    public LayerNormTensors TimeNorm { get; }

    public IReadOnlyList<CrossTransformerLayerTensors> FrequencyLayers { get; }

    public IReadOnlyList<CrossTransformerLayerTensors> TimeLayers { get; }
}

/// <summary>A layer of the transformer. All tensors are as wide as it where nothing else is said.</summary>
internal sealed class CrossTransformerLayerTensors
{
    public CrossTransformerLayerTensors(TensorScope scope, DemucsConfig config, bool isCross)
    {
        long width = config.Width;
        TensorScope attention = scope.Sub(isCross ? "cross_attn" : "self_attn");
        AttentionWeight = attention.Add("in_proj_weight", [3 * width, width], TensorInit.FanIn(width));
        AttentionBias = attention.Add("in_proj_bias", [3 * width], TensorInit.Zeros);
        AttentionOutput = new(attention.Sub("out_proj"), width, width);
        QueryNorm = new(scope.Sub("norm1"), width);
        KeyNorm = isCross ? new(scope.Sub("norm2"), width) : null;
        FeedForwardNorm = new(scope.Sub(isCross ? "norm3" : "norm2"), width);
        Expand = new(scope.Sub("linear1"), width, config.FeedForward);
        Contract = new(scope.Sub("linear2"), config.FeedForward, width);
        AttentionScale = scope.Sub("gamma_1").Add("scale", [width], new(InitKind.Constant, 1e-4));
        FeedForwardScale = scope.Sub("gamma_2").Add("scale", [width], new(InitKind.Constant, 1e-4));
        OutputNorm = new(scope.Sub("norm_out"), width);
    }

    /// <summary><c>[3 width, width]</c>: rows of queries, keys and values.</summary>
    public TensorInfo AttentionWeight { get; }

    /// <summary><c>[3 width]</c>.</summary>
    public TensorInfo AttentionBias { get; }

    public LinearTensors AttentionOutput { get; }

    public LayerNormTensors QueryNorm { get; }

    /// <summary>The norm of what is attended to; null where a branch attends to itself.</summary>
    public LayerNormTensors? KeyNorm { get; }

    public LayerNormTensors FeedForwardNorm { get; }

    public LinearTensors Expand { get; }

    public LinearTensors Contract { get; }

    public TensorInfo AttentionScale { get; }

    public TensorInfo FeedForwardScale { get; }

    /// <summary>A norm over all tokens and features of an item together, with a weight for each feature.</summary>
    public LayerNormTensors OutputNorm { get; }
}
