using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>The one listing of the stem separator's tensors.</summary>
internal sealed class DemucsTensors
{
    /// <summary>Scope of the frequency embedding, also the name of its setting in a file.</summary>
    public const string FrequencyEmbeddingName = "freq_emb";

    /// <summary>Scope of the layers that widen a level's signal, also the name of their setting in a file.</summary>
    public const string RewriteName = "rewrite";

    private readonly TensorListing listing = new();

    /// <param name="config">Sizes.</param>
    public DemucsTensors(DemucsConfig config)
    {
        TensorScope root = listing.Root;
        int outputs = config.Sources.Count, deepest = DemucsConfig.Depth - 1;
        FrequencyEncoders = Encoders("encoder", DemucsConfig.SpectrumChannels, planes: 2);
        FrequencyDecoders = Decoders("decoder", DemucsConfig.SpectrumChannels, planes: 2);
        TimeEncoders = Encoders("tencoder", DemucsConfig.AudioChannels, planes: 1);
        TimeDecoders = Decoders("tdecoder", DemucsConfig.AudioChannels, planes: 1);
        FrequencyEmbedding = new(root.Sub(FrequencyEmbeddingName).Sub("embedding"),
            config.Frequencies / DemucsConfig.Stride, config.Channels, TensorInit.Normal(0.01));
        if (config.BottomChannels > 0)
        {
            int inner = config.LevelChannels(deepest);
            Widen = Both("channel_upsampler", scope => new PointwiseTensors(scope, inner, config.Width, planes: 1));
            Narrow = Both("channel_downsampler", scope => new PointwiseTensors(scope, config.Width, inner, planes: 1));
        }
        Transformer = new(root.Sub("crosstransformer"), config);

        IReadOnlyList<DemucsEncoderTensors> Encoders(string name, int audio, int planes) =>
        [
            .. Enumerable.Range(0, DemucsConfig.Depth).Select(level => new DemucsEncoderTensors(root.Sub(name).Sub(level), config,
                level, level == 0 ? audio : config.LevelChannels(level - 1), planes)),
        ];

        IReadOnlyList<DemucsDecoderTensors> Decoders(string name, int audio, int planes) =>
        [
            .. Enumerable.Range(0, DemucsConfig.Depth).Select(index => new DemucsDecoderTensors(root.Sub(name).Sub(index), config,
                deepest - index, index == deepest ? audio * outputs : config.LevelChannels(deepest - 1 - index), planes)),
        ];

        (T Frequency, T Time) Both<T>(string name, Func<TensorScope, T> create) =>
            (create(root.Sub(name)), create(root.Sub(name + "_t")));
    }

    /// <summary>Encoders of the spectrogram, from the outside.</summary>
    public IReadOnlyList<DemucsEncoderTensors> FrequencyEncoders { get; }

    /// <summary>Encoders of the waveform, from the outside.</summary>
    public IReadOnlyList<DemucsEncoderTensors> TimeEncoders { get; }

    /// <summary>Decoders of the spectrogram, from the inside.</summary>
    public IReadOnlyList<DemucsDecoderTensors> FrequencyDecoders { get; }

    /// <summary>Decoders of the waveform, from the inside.</summary>
    public IReadOnlyList<DemucsDecoderTensors> TimeDecoders { get; }

    /// <summary><c>[frequencies of level 0, channels]</c>.</summary>
    public EmbeddingTensors FrequencyEmbedding { get; }

    /// <summary>From the innermost level to the transformer; null where both are equally wide.</summary>
    public (PointwiseTensors Frequency, PointwiseTensors Time)? Widen { get; }

    /// <summary>From the transformer to the innermost level; null where both are equally wide.</summary>
    public (PointwiseTensors Frequency, PointwiseTensors Time)? Narrow { get; }

    public CrossTransformerTensors Transformer { get; }

    /// <summary>All tensors of a checkpoint.</summary>
    public IReadOnlyList<TensorInfo> All => listing.All;
}
