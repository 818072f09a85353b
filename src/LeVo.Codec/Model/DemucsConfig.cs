namespace LeVo.Codec.Model;

/// <summary>Sizes of a stem separator (HTDemucs); the defaults are those of the released model.</summary>
internal sealed record DemucsConfig
{
    /// <summary>Levels of each U-Net.</summary>
    public const int Depth = 4;

    /// <summary>Kernel of the convolutions between two levels.</summary>
    public const int Kernel = 8;

    /// <summary>Stride of the convolutions between two levels.</summary>
    public const int Stride = 4;

    /// <summary>Layers of a residual branch; layer k has the dilation 2^k.</summary>
    public const int BranchLayers = 2;

    /// <summary>The input is stereo.</summary>
    public const int AudioChannels = 2;

    /// <summary>Channels of a spectrogram: real and imaginary parts of both audio channels.</summary>
    public const int SpectrumChannels = 2 * AudioChannels;

    /// <summary>Factor of the frequency embedding: its weight 0.2 times its scale 10.</summary>
    public const double EmbeddingFactor = 2;

    /// <summary>Names of the stem that is the voice: upstream's and that of SongGeneration's copy.</summary>
    public static readonly string[] VocalNames = ["vocals", "vocal"];

    /// <summary>Names of the stems, in the order of the network's outputs.</summary>
    public IReadOnlyList<string> Sources { get; init; } = ["drums", "bass", "other", "vocals"];

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; init; } = 44_100;

    /// <summary>Length of the sound that the network sees at once, in seconds.</summary>
    public Fraction Segment { get; init; } = new(39, 5);

    /// <summary>Channels of the outermost level.</summary>
    public int Channels { get; init; } = 48;

    /// <summary>Samples of a frame of the spectrogram.</summary>
    public int FrameLength { get; init; } = 4096;

    /// <summary>Channels of a level divided by those inside its residual branch.</summary>
    public int Compression { get; init; } = 8;

    /// <summary>Width of the transformer; 0 for the channels of the innermost level.</summary>
    public int BottomChannels { get; init; } = 512;

    /// <summary>Layers of the transformer.</summary>
    public int Layers { get; init; } = 5;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Width inside the feed-forward layers divided by the transformer's width.</summary>
    public double HiddenScale { get; init; } = 4;

    /// <summary>Samples from one frame to the next.</summary>
    public int Hop => FrameLength / 4;

    /// <summary>Frequencies of a spectrogram; the highest one is left out.</summary>
    public int Frequencies => FrameLength / 2;

    /// <summary>Samples of a segment.</summary>
    public int SegmentSamples => (int)Segment.Times(SampleRate);

    /// <summary>Width of the transformer.</summary>
    public int Width => BottomChannels > 0 ? BottomChannels : LevelChannels(Depth - 1);

    /// <summary>Width inside the feed-forward layers.</summary>
    public int FeedForward => (int)(Width * HiddenScale);

    /// <summary>Index of the voice among the sources, or -1.</summary>
    public int VocalIndex => Sources.ToList().FindIndex(name => VocalNames.Contains(name));

    /// <summary>Channels of a level, counted from the outside.</summary>
    public int LevelChannels(int level) => Channels << level;

    /// <summary>Channels inside the residual branch of a level.</summary>
    public int BranchChannels(int level) => LevelChannels(level) / Compression;
}

/// <summary>An exact number of seconds.</summary>
/// <param name="Numerator">Not negative.</param>
/// <param name="Denominator">Positive.</param>
internal readonly record struct Fraction(long Numerator, long Denominator)
{
    /// <summary>The product with an integer, rounded down.</summary>
    public long Times(int factor) => (long)Int128.Min(long.MaxValue, (Int128)Numerator * factor / Denominator);
}
