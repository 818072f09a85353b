using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>The flow decoder: its inputs and the transformer that estimates the velocity.</summary>
internal sealed class FlowTensors(TensorScope root, EstimatorConfig config)
{
    public FlowInputTensors Inputs { get; } = new(root, config);

    public EstimatorTensors Estimator { get; } = new(EstimatorScope(root), config);

    /// <summary>The scope of the transformer.</summary>
    public static TensorScope EstimatorScope(TensorScope root) => root.Sub("cfm_wrapper").Sub("estimator");

    /// <summary>The scope of the projection head, which only training reads.</summary>
    public static TensorScope ProjectionScope(TensorScope root) => root.Sub("cfm_wrapper").Sub("mlp");
}

/// <summary>The trained parts of the transformer's input, and the latents' statistics.</summary>
internal sealed class FlowInputTensors
{
    public FlowInputTensors(TensorScope root, EstimatorConfig config)
    {
        MaskEmbedding = root.Sub("mask_emb").Add("weight", [3, config.MaskWidth], TensorInit.Normal(1));
        NullCondition = root.Add("zero_cond_embedding1", [config.ConditionWidth], TensorInit.Normal(0.02));
        Normalizer = new(root.Sub("normfeat"), config.LatentWidth);
    }

    /// <summary>Features of the kinds of frames, <c>[3, M]</c>.</summary>
    public TensorInfo MaskEmbedding { get; }

    /// <summary>The condition of absent frames, <c>[D]</c>.</summary>
    public TensorInfo NullCondition { get; }

    /// <summary>Statistics of the latents.</summary>
    public LatentNormalizerTensors Normalizer { get; }
}

/// <summary>Running sums of the latents.</summary>
internal sealed class LatentNormalizerTensors
{
    public LatentNormalizerTensors(TensorScope scope, int latentWidth)
    {
        Count = scope.AddFixed("counts", [1], TensorInit.Zeros);
        Sum = scope.AddFixed("sum_x", [latentWidth], TensorInit.Zeros);
        SumOfSquares = scope.AddFixed("sum_x2", [latentWidth], TensorInit.Zeros);
        scope.AddUnused("sum_target_x2", latentWidth);
    }

    /// <summary>Counted items, <c>[1]</c>.</summary>
    public TensorInfo Count { get; }

    /// <summary><c>[Z]</c>.</summary>
    public TensorInfo Sum { get; }

    /// <summary><c>[Z]</c>.</summary>
    public TensorInfo SumOfSquares { get; }
}

/// <summary>Three linear layers from the transformer's hidden state to features of a speech network, for training.</summary>
internal sealed class ProjectionTensors(TensorScope scope, long inputs, long hidden = 1024, long outputs = 768)
{
    public LinearTensors First { get; } = new(scope.Sub(0), inputs, hidden);

    public LinearTensors Second { get; } = new(scope.Sub(2), hidden, hidden);

    public LinearTensors Third { get; } = new(scope.Sub(4), hidden, outputs);
}
