using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>MusicFM up to a tapped layer; later layers are listed as unused.</summary>
internal sealed class MusicFmTensors
{
    /// <param name="scope">Where the names begin.</param>
    /// <param name="config">Sizes.</param>
    /// <param name="layers">Layers that are read: the highest tap.</param>
    public MusicFmTensors(TensorScope scope, MusicFmConfig config, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(layers);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, config.Layers);
        TensorScope conformer = ConformerScope(scope);
        Spectrogram = new(scope.Sub("preprocessor_melspec_2048").Sub("mel_stft"), config.Mels);
        FrontEnd = new(scope.Sub("conv"), config);
        InverseFrequencies = conformer.Sub("embed_positions")
            .AddFixed("inv_freq", [config.Width / config.Heads / 2], TensorInit.Computed);
        Layers = [.. Enumerable.Range(0, layers).Select(i => new ConformerLayerTensors(LayerScope(scope, i), config))];
        for (int i = layers; i < config.Layers; i++)
            LayerScope(scope, i).AddUnused(unused => _ = new ConformerLayerTensors(unused, config));
        TensorScope norm = conformer.Sub("layer_norm");
        if (layers == config.Layers)
            FinalNorm = new(norm, config.Width);
        else
            norm.AddUnused(unused => _ = new LayerNormTensors(unused, config.Width));
        AddUnused(scope, config);
    }

    public MelTensors Spectrogram { get; }

    public FrontEndTensors FrontEnd { get; }

    /// <summary>Inverse frequencies of the rotary positions, <c>[headWidth / 2]</c>.</summary>
    public TensorInfo InverseFrequencies { get; }

    /// <summary>The layers that are read.</summary>
    public IReadOnlyList<ConformerLayerTensors> Layers { get; }

    /// <summary>The norm after the last layer; null where the last layer is not read.</summary>
    public LayerNormTensors? FinalNorm { get; }

    /// <summary>The scope of one layer.</summary>
    public static TensorScope LayerScope(TensorScope scope, int index) => ConformerScope(scope).Sub("layers").Sub(index);

    private static TensorScope ConformerScope(TensorScope scope) => scope.Sub("conformer");

    /// <summary>What only MusicFM's own training reads.</summary>
    private static void AddUnused(TensorScope scope, MusicFmConfig config)
    {
        TensorScope positions = ConformerScope(scope).Sub("pos_conv_embed").Sub("conv");
        positions.AddUnused("bias", config.Width);
        positions.AddUnused("weight_g", 1, 1, 128);
        positions.AddUnused("weight_v", config.Width, config.Width / 16, 128);
        scope.AddUnused("cls_token", config.Width);
        scope.Sub("linear").AddUnused(unused => _ = new LinearTensors(unused, config.Width, config.PretrainingCodes));
    }
}

/// <summary>Window and filter bank of the mel spectrogram; computed where a file does not hold them.</summary>
internal sealed class MelTensors(TensorScope scope, int mels)
{
    /// <summary><c>[window]</c>.</summary>
    public TensorInfo Window { get; } =
        scope.Sub("spectrogram").AddFixed("window", [MusicFmConfig.MelWindow], TensorInit.Computed);

    /// <summary><c>[bins, mels]</c>.</summary>
    public TensorInfo FilterBank { get; } =
        scope.Sub("mel_scale").AddFixed("fb", [MusicFmConfig.MelBins, mels], TensorInit.Computed);
}
