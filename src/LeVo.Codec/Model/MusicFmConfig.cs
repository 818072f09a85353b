namespace LeVo.Codec.Model;

/// <summary>Sizes of MusicFM; the defaults are the released ones (330 M parameters, 12 conformer layers).</summary>
internal sealed record MusicFmConfig
{
    /// <summary>Samples per second of the input.</summary>
    public const int SampleRate = 24_000;

    /// <summary>Input samples per frame.</summary>
    public const int FrameSamples = 960;

    /// <summary>Frames per second.</summary>
    public const int FrameRate = SampleRate / FrameSamples;

    /// <summary>Samples of the spectrogram's window.</summary>
    public const int MelWindow = 2048;

    /// <summary>Frequencies of the spectrogram before the filter bank.</summary>
    public const int MelBins = MelWindow / 2 + 1;

    /// <summary>Mel frames per frame: the front end halves time twice.</summary>
    public const int MelFramesPerFrame = 4;

    /// <summary>Width of the hidden states.</summary>
    public int Width { get; init; } = 1024;

    /// <summary>Channels of the convolutional front end.</summary>
    public int FrontChannels { get; init; } = 512;

    /// <summary>Conformer layers in the file; the tap decides how many of them are built.</summary>
    public int Layers { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Inner width of the conformer's feed-forward parts.</summary>
    public int FeedForward { get; init; } = 4096;

    /// <summary>Mel bands; a multiple of 4, as the front end halves frequency twice.</summary>
    public int Mels { get; init; } = 128;

    /// <summary>Taps of the depthwise convolution; odd.</summary>
    public int ConvolutionKernel { get; init; } = 31;

    /// <summary>Entries of the projection that MusicFM's own pre-training used: declared, never read.</summary>
    public int PretrainingCodes { get; init; } = 4096;
}
