using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>
/// The one listing of a tokenizer's tensors: names, shapes and initial values, those that are not read included. The networks
/// are built from it, and so are the checks of files; the reader of sizes takes its names from it.
/// </summary>
internal sealed class CodecTensors
{
    private readonly TensorListing listing = new();

    /// <param name="sizes">Sizes of the tokenizer.</param>
    public CodecTensors(CodecSizes sizes)
    {
        TensorScope root = listing.Root;
        Quantizers = [.. sizes.Streams.Select(stream => new ResidualQuantizerTensors(
            root.Sub(stream.Quantizer), sizes.Estimator.ConditionWidth, sizes.CodebookSize, sizes.CodeWidth,
            withInput: sizes.HasQuantizerInput))];
        if (sizes.HasEncoder)
        {
            MusicFm = new(MusicFmScope(root), sizes.MusicFm, sizes.HighestTap);
            AddResamplers(root);
        }
        if (sizes.HasDecoder)
        {
            Flow = new(root, sizes.Estimator);
            FlowTensors.ProjectionScope(root).AddUnused(scope => _ = new ProjectionTensors(scope, sizes.Estimator.Width));
        }
        else
        {
            // Files without the decoder hold its inputs all the same.
            root.AddUnused(scope => _ = new FlowInputTensors(scope, sizes.Estimator));
        }
    }

    /// <summary>The quantizers, one entry a stream.</summary>
    public IReadOnlyList<ResidualQuantizerTensors> Quantizers { get; }

    /// <summary>The network whose hidden states are quantized, up to the highest tap; null in files without encoder.</summary>
    public MusicFmTensors? MusicFm { get; }

    /// <summary>The flow decoder; null in files without it.</summary>
    public FlowTensors? Flow { get; }

    /// <summary>All tensors of a checkpoint, those that are not read included.</summary>
    public IReadOnlyList<TensorInfo> All => listing.All;

    /// <summary>The scope of MusicFM.</summary>
    public static TensorScope MusicFmScope(TensorScope root) => root.Sub("bestrq").Sub("model");

    /// <summary>Resampling kernels of the released files. The resampler computes its own; the others served training.</summary>
    private static void AddResamplers(TensorScope root)
    {
        root.Sub("rsq48tobestrq").AddUnused("kernel", 1, 1, 28);
        root.Sub("rsp48toclap").AddUnused("kernel", 1, 1, 28);
        root.Sub("rsq48towav2vec").AddUnused("kernel", 1, 1, 41);
        root.Sub("rsq48tohubert").AddUnused("kernel", 1, 1, 41);
    }
}
