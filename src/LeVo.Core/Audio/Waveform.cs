namespace LeVo.Core.Audio;

/// <summary>
/// Sound as samples, nominally in [-1, 1]. Immutable by contract: whoever gives or gets the channel arrays does not
/// change them afterwards, so a waveform may be shared between threads.
/// </summary>
public sealed class Waveform
{
    /// <summary>Takes the samples without copying them.</summary>
    /// <param name="channels">One array a channel, <c>[channels][samples]</c>, all of one length; at least one.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <exception cref="ArgumentException">No channels, or channels of different lengths.</exception>
    public Waveform(float[][] channels, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        if (channels.Length == 0)
            throw new ArgumentException("A waveform has at least one channel.", nameof(channels));
        if (Array.Exists(channels, channel => channel is null || channel.Length != channels[0]?.Length))
            throw new ArgumentException("The channels of a waveform have one length.", nameof(channels));
        Channels = channels;
        SampleRate = sampleRate;
    }

    /// <summary>The samples, <c>[channels][samples]</c>. Not to be changed.</summary>
    public float[][] Channels { get; }

    /// <summary>Samples a second (Hz).</summary>
    public int SampleRate { get; }

    /// <summary>Number of channels: 1 mono, 2 stereo (left, right).</summary>
    public int ChannelCount => Channels.Length;

    /// <summary>Samples of each channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>How long it sounds.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Length / SampleRate);

    /// <summary>Silence.</summary>
    public static Waveform Silence(int channelCount, int length, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        var channels = new float[channelCount][];
        for (int c = 0; c < channelCount; c++)
            channels[c] = new float[length];
        return new(channels, sampleRate);
    }

    /// <summary>A copy of a part.</summary>
    /// <param name="start">First sample.</param>
    /// <param name="length">Samples of each channel.</param>
    public Waveform Slice(int start, int length) =>
        new([.. Channels.Select(channel => channel.AsSpan(start, length).ToArray())], SampleRate);
}
