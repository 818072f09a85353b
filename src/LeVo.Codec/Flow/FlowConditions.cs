using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>What a frame of a window is.</summary>
internal static class FrameKind
{
    /// <summary>Beyond the end.</summary>
    public const int Absent = 0;

    /// <summary>Given: its latents are known.</summary>
    public const int Context = 1;

    /// <summary>To be generated.</summary>
    public const int Generated = 2;
}

/// <summary>The learnt parts of the estimator's input: mask features and the condition of absent frames.</summary>
internal sealed class FlowConditions(ParameterBuilder parameters, FlowInputTensors tensors, EstimatorConfig config)
{
    private readonly Parameter maskEmbedding = parameters.Take(tensors.MaskEmbedding);
    private readonly Parameter nullCondition = parameters.Take(tensors.NullCondition);

    /// <summary>Frame kinds, int64 <c>[batch, frames]</c>: generated, absent from <paramref name="length"/> on, context below
    /// <paramref name="contextLength"/>.</summary>
    public static Tensor Masks(long batch, long frames, long length, long contextLength, Device device)
    {
        using var scope = NewDisposeScope();
        using Scalar absent = FrameKind.Absent.ToScalar(), given = FrameKind.Context.ToScalar();
        using Scalar generated = FrameKind.Generated.ToScalar();
        Tensor masks = full([batch, frames], absent, int64, device);
        masks.narrow(1, 0, Math.Min(length, frames)).fill_(generated);
        masks.narrow(1, 0, Math.Min(contextLength, frames)).fill_(given);
        return masks.MoveToOuterDisposeScope();
    }

    /// <summary>e: frame kinds <c>[batch, frames]</c> to features <c>[batch, frames, M]</c>.</summary>
    public Tensor MaskFeatures(Tensor masks)
    {
        using Tensor flat = maskEmbedding.index_select(0, masks.flatten());
        return flat.view([.. masks.shape, config.MaskWidth]);
    }

    /// <summary>μ: the streams' vectors <c>[batch, frames, D]</c> side by side, the null condition where a frame is absent.</summary>
    public Tensor Condition(IReadOnlyList<Tensor> streams, Tensor masks)
    {
        if (streams.Count != config.Streams)
            throw new ArgumentException($"{streams.Count} streams of vectors for a codec of {config.Streams}.", nameof(streams));
        using var scope = NewDisposeScope();
        Tensor present = masks.IsNot(FrameKind.Absent).unsqueeze(-1);
        return cat([.. streams.Select(vectors => where(present, vectors, nullCondition))], -1).MoveToOuterDisposeScope();
    }
}
