using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Checkpoints;
using static TorchSharp.torch;

namespace LeVo.Codec.Loading;

/// <summary>A tokenizer's checkpoint: opened and checked at once, its parts loaded when they are needed.</summary>
internal sealed class CodecFile : IDisposable
{
    private readonly ICheckpoint file;
    private readonly ModelPart<ResidualVectorQuantizer[]> quantizers;
    private readonly ModelPart<FlowMatchingDecoder>? flow;
    private readonly ModelPart<MusicFmEncoder>? musicFm;

    /// <param name="path">The checkpoint.</param>
    /// <param name="streams">Its streams.</param>
    /// <param name="estimatorHeads">Attention heads of its flow decoder.</param>
    /// <param name="device">Where the parameters go.</param>
    /// <param name="problems">Gets what is missing or misshapen.</param>
    /// <param name="productType">The type of the flow decoder's matrix products; null for float32.</param>
    public CodecFile(string path, IReadOnlyList<CodecStream> streams, int estimatorHeads, Device device, List<string> problems,
        ScalarType? productType = null)
    {
        file = Checkpoint.Open(path, CodecSizesReader.Names(streams));
        try
        {
            Sizes = new CodecSizesReader(file, streams).Read(estimatorHeads);
            var tensors = new CodecTensors(Sizes);
            quantizers = new(file, device, parameters =>
                [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(parameters, row))], problems);
            if (tensors.Flow is { } decoder)
                flow = new(file, device, parameters => new(parameters, decoder, Sizes.Estimator), problems,
                    productType);
            if (tensors.MusicFm is { } encoder)
                musicFm = new(file, device, parameters => new(parameters, encoder, Sizes.MusicFm), problems);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public string Path => file.Path;

    public CodecSizes Sizes { get; }

    /// <summary>Whether sound can become codes.</summary>
    public bool CanEncode => musicFm is not null;

    /// <summary>Why sound can't become codes, or null.</summary>
    public string? EncodingProblem => CanEncode ? null
        : $"'{Path}' holds no MusicFM: sound can't become codes, so that it can't be a prompt.";

    public IReadOnlyList<ResidualVectorQuantizer> Quantizers => quantizers.Layers;

    /// <exception cref="NotSupportedException">The file holds no flow decoder.</exception>
    public FlowMatchingDecoder Flow =>
        flow?.Layers ?? throw new NotSupportedException($"'{Path}' holds no flow decoder: its codes can't become sound.");

    /// <exception cref="NotSupportedException">The file holds no MusicFM.</exception>
    public MusicFmEncoder MusicFm =>
        musicFm?.Layers ?? throw new NotSupportedException(EncodingProblem);

    /// <summary>Frees the parts in memory; they are loaded again when they are needed.</summary>
    public void Unload()
    {
        quantizers.Unload();
        flow?.Unload();
        musicFm?.Unload();
    }

    public void Dispose()
    {
        quantizers.Dispose();
        flow?.Dispose();
        musicFm?.Dispose();
        file.Dispose();
    }
}
