using System.Numerics.Tensors;

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

    /// <summary>Joins waveforms in order.</summary>
    /// <param name="parts">At least one, all with the same channel count and sample rate.</param>
    /// <exception cref="ArgumentException">There are no parts, they differ in channel count or sample rate, or they are
    /// too long together.</exception>
    public static Waveform Concat(IReadOnlyList<Waveform> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("There must be at least one waveform.", nameof(parts));
        Waveform first = parts[0];
        long length = 0;
        foreach (Waveform part in parts)
        {
            if (part.ChannelCount != first.ChannelCount || part.SampleRate != first.SampleRate)
            {
                throw new ArgumentException($"{part.ChannelCount} channels at {part.SampleRate} Hz cannot follow "
                    + $"{first.ChannelCount} channels at {first.SampleRate} Hz.", nameof(parts));
            }
            length += part.Length;
        }
        if (length > Array.MaxLength)
            throw new ArgumentException($"The waveforms have {length} samples together: too many.", nameof(parts));
        Waveform whole = Silence(first.ChannelCount, (int)length, first.SampleRate);
        int at = 0;
        foreach (Waveform part in parts)
        {
            for (int c = 0; c < part.ChannelCount; c++)
                part.Channels[c].CopyTo(whole.Channels[c], at);
            at += part.Length;
        }
        return whole;
    }

    /// <summary>Copies the samples in the order of audio devices: the first sample of each channel, then the
    /// second.</summary>
    /// <returns><c>[samples · channels]</c>, nominally in [-1, 1].</returns>
    public float[] ToInterleaved()
    {
        var samples = new float[checked(Length * ChannelCount)];
        for (int c = 0; c < ChannelCount; c++)
            for (int i = 0; i < Length; i++)
                samples[i * ChannelCount + c] = Channels[c][i];
        return samples;
    }

    /// <summary>Converts the samples to 16-bit integers in the order of <see cref="ToInterleaved"/>. Values beyond full scale
    /// are clipped.</summary>
    /// <returns><c>[samples · channels]</c>, equal to those of a 16-bit file.</returns>
    public short[] ToInterleavedInt16()
    {
        var samples = new short[checked(Length * ChannelCount)];
        for (int c = 0; c < ChannelCount; c++)
            for (int i = 0; i < Length; i++)
                samples[i * ChannelCount + c] = (short)SampleCoding.ToInteger(Channels[c][i], 16);
        return samples;
    }

    /// <summary>Computes the mean of all channels.</summary>
    /// <returns>One channel; this instance if there is only one.</returns>
    public Waveform ToMono()
    {
        if (ChannelCount == 1)
            return this;
        float[] mono = [.. Channels[0]];
        foreach (float[] channel in Channels.Skip(1))
            TensorPrimitives.Add(mono, channel, mono);
        TensorPrimitives.Multiply(mono, 1f / ChannelCount, mono);
        return new([mono], SampleRate);
    }

    /// <summary>Makes left and right of any number of channels.</summary>
    /// <returns>
    /// Two channels; this instance if it has two. Mono goes to both sides. More channels, in the order of WAV and FLAC, are
    /// mixed after ITU-R BS.775, without a limit to the level:
    /// <list type="table">
    /// <listheader><term>channels</term><description>left (right likewise)</description></listheader>
    /// <item><term>3: L R C</term><description>L + 0.707 C</description></item>
    /// <item><term>4: L R Ls Rs</term><description>L + 0.707 Ls</description></item>
    /// <item><term>5: L R C Ls Rs</term><description>L + 0.707 C + 0.707 Ls</description></item>
    /// <item><term>6: L R C LFE Ls Rs</term><description>L + 0.707 C + 0.707 Ls</description></item>
    /// <item><term>7: L R C LFE B Ls Rs</term><description>L + 0.707 C + 0.5 B + 0.707 Ls</description></item>
    /// <item><term>8: L R C LFE Lb Rb Ls Rs</term><description>L + 0.707 C + 0.707 Lb + 0.707 Ls</description></item>
    /// </list>
    /// </returns>
    /// <exception cref="ArgumentException">There are more than eight channels.</exception>
    public Waveform ToStereo() => ChannelCount switch
    {
        1 => new([Channels[0], Channels[0]], SampleRate),
        2 => this,
        _ => new(StereoMix.Mix(Channels), SampleRate),
    };

    /// <summary>Changes the sample rate with a windowed sinc filter.</summary>
    /// <param name="sampleRate">Samples per second of the result.</param>
    /// <returns>ceil(length · new rate / old rate) samples; this instance if the rate is the same.</returns>
    public Waveform Resample(int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        return sampleRate == SampleRate
            ? this
            : new([.. Channels.Select(channel => SincResampler.Resample(channel, SampleRate, sampleRate))], sampleRate);
    }
}
