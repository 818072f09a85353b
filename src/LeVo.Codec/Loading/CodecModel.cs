using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Codec.Loading;

/// <summary>The parts of a tokenizer by their place in the state dict. Each can be built, and so loaded, alone.</summary>
internal static class CodecModel
{
    /// <summary>One quantiser a stream.</summary>
    public static ResidualVectorQuantizer[] Quantizers(ParameterScope root, CodecSizes sizes) =>
        [.. sizes.Streams.Select(stream => new ResidualVectorQuantizer(
            root.Sub(stream.Quantizer), sizes.Estimator.ConditionWidth, sizes.CodebookSize, sizes.CodeWidth))];

    /// <summary>From codes' vectors to latents.</summary>
    public static FlowMatchingDecoder Flow(ParameterScope root, CodecSizes sizes) => new(root, sizes.Estimator);

    /// <summary>MusicFM up to the highest tap.</summary>
    public static MusicFmEncoder MusicFm(ParameterScope root, CodecSizes sizes) =>
        new(root.Sub("bestrq").Sub("model"), sizes.MusicFm, sizes.HighestTap);

    /// <summary>Everything that a file of these sizes holds, unused tensors included: for listings.</summary>
    public static void DeclareAll(ParameterScope root, CodecSizes sizes)
    {
        Quantizers(root, sizes);
        MusicFm(root, sizes);
        DeclareResamplers(root);
        if (sizes.HasDecoder)
        {
            Flow(root, sizes);
            DeclareProjection(root.Sub("cfm_wrapper").Sub("mlp"), sizes.Estimator.Width);
        }
        else
        {
            DeclareFlowInputs(root, sizes.Estimator);
        }
    }

    /// <summary>Resampling kernels: ours is computed, the others served training.</summary>
    public static void DeclareResamplers(ParameterScope root)
    {
        root.Sub("rsq48tobestrq").Ignore("kernel", 1, 1, 28);
        root.Sub("rsp48toclap").Ignore("kernel", 1, 1, 28);
        root.Sub("rsq48towav2vec").Ignore("kernel", 1, 1, 41);
        root.Sub("rsq48tohubert").Ignore("kernel", 1, 1, 41);
    }

    /// <summary>The projection head, which only training needs.</summary>
    private static void DeclareProjection(ParameterScope scope, long inputs, long hidden = 1024, long outputs = 768)
    {
        (int Layer, long Inputs, long Outputs)[] layers = [(0, inputs, hidden), (2, hidden, hidden), (4, hidden, outputs)];
        foreach ((int layer, long from, long to) in layers)
        {
            scope.Sub(layer).Ignore("weight", to, from);
            scope.Sub(layer).Ignore("bias", to);
        }
    }

    /// <summary>The flow decoder's inputs, which files without the decoder hold all the same.</summary>
    private static void DeclareFlowInputs(ParameterScope root, EstimatorConfig config)
    {
        root.Sub("mask_emb").Ignore("weight", 3, config.MaskWidth);
        root.Ignore("zero_cond_embedding1", config.ConditionWidth);
        root.Sub("normfeat").Ignore("counts", 1);
        foreach (string name in (string[])["sum_x", "sum_x2", "sum_target_x2"])
            root.Sub("normfeat").Ignore(name, config.LatentWidth);
    }
}
