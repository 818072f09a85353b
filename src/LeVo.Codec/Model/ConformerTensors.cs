using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>One conformer layer of MusicFM.</summary>
internal sealed class ConformerLayerTensors(TensorScope scope, MusicFmConfig config)
{
    public LayerNormTensors AttentionNorm { get; } = new(scope.Sub("self_attn_layer_norm"), config.Width);

    public LayerNormTensors FinalNorm { get; } = new(scope.Sub("final_layer_norm"), config.Width);

    public ConformerAttentionTensors Attention { get; } = new(scope.Sub("self_attn"), config.Width);

    public ConformerFeedForwardTensors FirstFeedForward { get; } = new(scope, 1, config);

    public ConformerConvolutionTensors Convolution { get; } =
        new(scope.Sub("conv_module"), config.Width, config.ConvolutionKernel);

    public ConformerFeedForwardTensors SecondFeedForward { get; } = new(scope, 2, config);
}

/// <summary>The projections of an attention.</summary>
internal sealed class ConformerAttentionTensors(TensorScope scope, int width)
{
    public LinearTensors Query { get; } = new(scope.Sub("linear_q"), width, width);

    public LinearTensors Key { get; } = new(scope.Sub("linear_k"), width, width);

    public LinearTensors Value { get; } = new(scope.Sub("linear_v"), width, width);

    public LinearTensors Output { get; } = new(scope.Sub("linear_out"), width, width);
}

/// <summary>A feed-forward part, stored as <c>ffnN_layer_norm</c> and <c>ffnN</c>.</summary>
internal sealed class ConformerFeedForwardTensors(TensorScope scope, int number, MusicFmConfig config)
{
    public LayerNormTensors Norm { get; } = new(scope.Sub($"ffn{number}_layer_norm"), config.Width);

    public LinearTensors Up { get; } =
        new(scope.Sub($"ffn{number}").Sub("intermediate_dense"), config.Width, config.FeedForward);

    public LinearTensors Down { get; } =
        new(scope.Sub($"ffn{number}").Sub("output_dense"), config.FeedForward, config.Width);
}

/// <summary>The convolution part: two pointwise convolutions around a depthwise one, without biases.</summary>
internal sealed class ConformerConvolutionTensors(TensorScope scope, int width, int kernel)
{
    public LayerNormTensors Norm { get; } = new(scope.Sub("layer_norm"), width);

    /// <summary><c>[2 width, width, 1]</c>.</summary>
    public TensorInfo Expand { get; } =
        scope.Sub("pointwise_conv1").Add("weight", [2 * width, width, 1], TensorInit.FanIn(width));

    /// <summary><c>[width, 1, kernel]</c>.</summary>
    public TensorInfo Depthwise { get; } =
        scope.Sub("depthwise_conv").Add("weight", [width, 1, kernel], TensorInit.FanIn(kernel));

    public BatchNormTensors BatchNorm { get; } = new(scope.Sub("batch_norm"), width);

    /// <summary><c>[width, width, 1]</c>.</summary>
    public TensorInfo Contract { get; } =
        scope.Sub("pointwise_conv2").Add("weight", [width, width, 1], TensorInit.FanIn(width));
}
