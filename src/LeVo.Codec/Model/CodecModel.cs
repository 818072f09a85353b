using LeVo.Codec.Encoding;
using LeVo.Codec.Flow;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Codec.Training;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Codec.Model;

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
        CodecEncoder.DeclareUnused(root);
        if (sizes.HasDecoder)
        {
            Flow(root, sizes);
            ProjectionHead.DeclareUnused(root.Sub("cfm_wrapper").Sub("mlp"), sizes.Estimator.Width);
        }
        else
        {
            FlowConditions.DeclareUnused(root, sizes.Estimator);
            LatentNormalizer.DeclareUnused(root.Sub("normfeat"), sizes.Estimator.LatentWidth);
        }
    }
}
