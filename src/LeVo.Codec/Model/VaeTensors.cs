using LeVo.Core.Listings;

namespace LeVo.Codec.Model;

/// <summary>The one listing of the autoencoder's tensors.</summary>
internal sealed class VaeTensors
{
    private readonly TensorListing listing = new();

    /// <param name="config">Sizes.</param>
    public VaeTensors(VaeConfig config)
    {
        Encoder = new(listing.Root.Sub("encoder").Sub("layers"), config);
        Decoder = new(listing.Root.Sub("decoder").Sub("layers"), config);
    }

    public VaeEncoderTensors Encoder { get; }

    public VaeDecoderTensors Decoder { get; }

    /// <summary>All tensors of a checkpoint.</summary>
    public IReadOnlyList<TensorInfo> All => listing.All;
}

/// <summary>Sound to latents.</summary>
internal sealed class VaeEncoderTensors
{
    public VaeEncoderTensors(TensorScope layers, VaeConfig config)
    {
        OobleckConfig half = config.Encoder;
        int n = half.Levels;
        Input = new(layers.Sub(0), config.AudioChannels, half.Width(0), 7);
        Levels = [.. Enumerable.Range(1, n)
            .Select(level => new VaeEncoderLevelTensors(layers.Sub(level).Sub("layers"), half, level))];
        Activation = new(layers.Sub(n + 1), half.Width(n), half.UseSnake);
        Output = new(layers.Sub(n + 2), half.Width(n), 2 * config.LatentWidth, 3);
    }

    public ConvolutionTensors Input { get; }

    /// <summary>The levels from the sound's rate down.</summary>
    public IReadOnlyList<VaeEncoderLevelTensors> Levels { get; }

    public ActivationTensors Activation { get; }

    public ConvolutionTensors Output { get; }
}

/// <summary>Three residual units, then downsampling.</summary>
internal sealed class VaeEncoderLevelTensors(TensorScope layers, OobleckConfig config, int level)
{
    public IReadOnlyList<ResidualUnitTensors> Units { get; } = [.. OobleckConfig.Dilations.Select(
        (_, i) => new ResidualUnitTensors(layers.Sub(i), config.Width(level - 1), config.UseSnake))];

    public ActivationTensors Activation { get; } = new(layers.Sub(3), config.Width(level - 1), config.UseSnake);

    public ConvolutionTensors Down { get; } =
        new(layers.Sub(4), config.Width(level - 1), config.Width(level), 2 * config.Strides[level - 1]);
}

/// <summary>Latents to sound.</summary>
internal sealed class VaeDecoderTensors
{
    public VaeDecoderTensors(TensorScope layers, VaeConfig config)
    {
        OobleckConfig half = config.Decoder;
        int n = half.Levels;
        Input = new(layers.Sub(0), config.LatentWidth, half.Width(n), 7);
        Levels = [.. Enumerable.Range(1, n)
            .Select(block => new VaeDecoderLevelTensors(layers.Sub(block).Sub("layers"), half, n + 1 - block))];
        Activation = new(layers.Sub(n + 1), half.Width(0), half.UseSnake);
        Output = new(layers.Sub(n + 2), half.Width(0), config.AudioChannels, 7, bias: false, gain: 0.2);
    }

    public ConvolutionTensors Input { get; }

    /// <summary>The levels from the latents' rate up.</summary>
    public IReadOnlyList<VaeDecoderLevelTensors> Levels { get; }

    public ActivationTensors Activation { get; }

    public ConvolutionTensors Output { get; }
}

/// <summary>Upsampling, then three residual units.</summary>
internal sealed class VaeDecoderLevelTensors(TensorScope layers, OobleckConfig config, int level)
{
    public ActivationTensors Activation { get; } = new(layers.Sub(0), config.Width(level), config.UseSnake);

    public TransposedConvolutionTensors Up { get; } =
        new(layers.Sub(1), config.Width(level), config.Width(level - 1), config.Strides[level - 1]);

    public IReadOnlyList<ResidualUnitTensors> Units { get; } = [.. OobleckConfig.Dilations.Select(
        (_, i) => new ResidualUnitTensors(layers.Sub(2 + i), config.Width(level - 1), config.UseSnake))];
}
