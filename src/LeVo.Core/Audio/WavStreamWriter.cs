using LeVo.Core.IO;

namespace LeVo.Core.Audio;

/// <summary>
/// Writes a WAV file in blocks as they come. Its head gets the true length and the file its name in
/// <see cref="Complete"/>; disposing earlier leaves no file. Not thread-safe.
/// </summary>
public sealed class WavStreamWriter : IDisposable
{
    private readonly AtomicFile file;
    private readonly SampleFormat format;

    /// <summary>Opens a temporary file beside <paramref name="path"/>.</summary>
    /// <param name="path">The file's name once it is complete; an existing file is replaced then.</param>
    /// <param name="channelCount">Number of channels.</param>
    /// <param name="sampleRate">Samples a second.</param>
    /// <param name="format">How samples are stored.</param>
    public WavStreamWriter(string path, int channelCount, int sampleRate, SampleFormat format = SampleFormat.Pcm16)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ChannelCount = channelCount;
        SampleRate = sampleRate;
        this.format = format;
        WavHeader.Write(Stream.Null, format, channelCount, sampleRate, 0); // refuses what no WAV file holds
        file = new AtomicFile(path);
        WavHeader.Write(file.Stream, format, channelCount, sampleRate, 0);
    }

    /// <summary>Number of channels.</summary>
    public int ChannelCount { get; }

    /// <summary>Samples a second.</summary>
    public int SampleRate { get; }

    /// <summary>Samples of each channel written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Appends a block of any length.</summary>
    /// <exception cref="ArgumentException">Not the file's channels or rate, or more than 4 GiB.</exception>
    /// <exception cref="ObjectDisposedException">The file is complete or was given up.</exception>
    public void Append(Waveform block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.ChannelCount != ChannelCount || block.SampleRate != SampleRate)
            throw new ArgumentException(
                $"A block of {block.ChannelCount} channels at {block.SampleRate} Hz for a file of "
                + $"{ChannelCount} channels at {SampleRate} Hz.", nameof(block));
        ObjectDisposedException.ThrowIf(!file.Stream.CanWrite, this);
        WavHeader.Write(Stream.Null, format, ChannelCount, SampleRate, Length + block.Length); // refuses too much
        WavFile.WriteSamples(file.Stream, block.Channels, format, default);
        Length += block.Length;
    }

    /// <summary>Finishes the file and gives it its name.</summary>
    /// <exception cref="ObjectDisposedException">The file is complete or was given up.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(!file.Stream.CanWrite, this);
        if ((file.Stream.Position & 1) != 0)
            file.Stream.WriteByte(0);
        file.Stream.Position = 0;
        WavHeader.Write(file.Stream, format, ChannelCount, SampleRate, Length);
        file.Commit();
    }

    /// <summary>Gives the file up unless it is complete.</summary>
    public void Dispose() => file.Dispose();
}
