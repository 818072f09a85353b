namespace LeVo.Core.Audio;

/// <summary>Collects interleaved samples whose number is not known in advance.</summary>
internal sealed class SampleCollector(int channelCount)
{
    private readonly float[][] channels = [.. Enumerable.Repeat<float[]>([], channelCount)];

    /// <summary>Samples of each channel; a smaller number drops the last ones.</summary>
    public int Length
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, channels[0].Length);
            field = value;
        }
    }

    /// <summary>Appends whole blocks of one sample of each channel.</summary>
    /// <exception cref="InvalidDataException">The samples exceed the longest array.</exception>
    public void Append(ReadOnlySpan<float> interleaved)
    {
        int count = interleaved.Length / channels.Length;
        if (count > Array.MaxLength - Length)
            throw new InvalidDataException("The file has too many samples.");
        for (int c = 0; c < channels.Length; c++)
        {
            if (channels[c].Length < Length + count)
                Array.Resize(ref channels[c], (int)Math.Min(Math.Max(Length + count, 2L * Length), Array.MaxLength));
            for (int i = 0; i < count; i++)
                channels[c][Length + i] = interleaved[i * channels.Length + c];
        }
        Length += count;
    }

    /// <summary>The samples.</summary>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="order">The collected channel of each channel of the result; null for the same order.</param>
    public Waveform ToWaveform(int sampleRate, int[]? order = null)
    {
        for (int c = 0; c < channels.Length; c++)
            Array.Resize(ref channels[c], Length);
        return new(order is null ? channels : [.. order.Select(c => channels[c])], sampleRate);
    }
}
