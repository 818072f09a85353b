namespace LeVo.Core.Audio;

/// <summary>
/// Audio samples, nominally in [-1, 1]. Immutable by contract: the channel arrays must not be modified after
/// construction, so that a waveform may be shared between threads.
/// </summary>
public sealed class Waveform
{
    /// <summary>Initializes a waveform with the samples, which are not copied.</summary>
    /// <param name="channels">The samples, <c>[channels][samples]</c>: at least one channel, all of the same
    /// length.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <exception cref="ArgumentException">There are no channels, or their lengths differ.</exception>
    public Waveform(float[][] channels, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        if (channels.Length == 0)
            throw new ArgumentException("A waveform must have at least one channel.", nameof(channels));
        if (Array.Exists(channels, channel => channel is null || channel.Length != channels[0]?.Length))
            throw new ArgumentException("The channels of a waveform must have the same length.", nameof(channels));
        Channels = channels;
        SampleRate = sampleRate;
    }

    /// <summary>The samples, <c>[channels][samples]</c>. Must not be modified.</summary>
    public float[][] Channels { get; }

    /// <summary>Samples per second (Hz).</summary>
    public int SampleRate { get; }

    /// <summary>Number of channels: 1 mono, 2 stereo (left, right).</summary>
    public int ChannelCount => Channels.Length;

    /// <summary>Samples of each channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>The playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Length / SampleRate);

    /// <summary>Creates a silent waveform.</summary>
    /// <param name="channelCount">Number of channels.</param>
    /// <param name="length">Samples of each channel.</param>
    /// <param name="sampleRate">Samples per second.</param>
    public static Waveform Silence(int channelCount, int length, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        var channels = new float[channelCount][];
        for (int c = 0; c < channelCount; c++)
            channels[c] = new float[length];
        return new(channels, sampleRate);
    }

    /// <summary>Copies a range of samples.</summary>
    /// <param name="start">Index of the first sample.</param>
    /// <param name="length">Samples of each channel.</param>
    public Waveform Slice(int start, int length) =>
        new([.. Channels.Select(channel => channel.AsSpan(start, length).ToArray())], SampleRate);
}
