using LeVo.Core.IO;

namespace LeVo.Core.Audio;

/// <summary>
/// Writes a WAV file block by block. <see cref="Complete"/> updates the length in the header and moves the file to
/// its final path; disposing earlier discards the file. Not thread-safe.
/// </summary>
public sealed class WavStreamWriter : IDisposable
{
    private readonly AtomicFile file;
    private readonly SampleFormat format;

    /// <summary>Creates a temporary file in the folder of <paramref name="path"/>.</summary>
    /// <param name="path">The final path; <see cref="Complete"/> replaces an existing file.</param>
    /// <param name="channelCount">Number of channels.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="format">The sample format.</param>
    /// <exception cref="ArgumentException">WAV cannot store such samples.</exception>
    /// <exception cref="IOException">The folder does not exist or cannot be written.</exception>
    public WavStreamWriter(string path, int channelCount, int sampleRate, SampleFormat format = SampleFormat.Pcm16)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        ChannelCount = channelCount;
        SampleRate = sampleRate;
        this.format = format;
        WavHeader.Write(Stream.Null, format, channelCount, sampleRate, 0); // throws for unsupported parameters
        file = new AtomicFile(path);
        WavHeader.Write(file.Stream, format, channelCount, sampleRate, 0);
    }

    /// <summary>Number of channels.</summary>
    public int ChannelCount { get; }

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>Samples of each channel written so far.</summary>
    public long Length { get; private set; }

    /// <summary>Appends a block of any length.</summary>
    /// <exception cref="ArgumentException">The block has other channels or another sample rate than the file, or the
    /// file would exceed 4 GiB.</exception>
    /// <exception cref="ObjectDisposedException">The file is complete, or the writer is disposed.</exception>
    public void Append(Waveform block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.ChannelCount != ChannelCount || block.SampleRate != SampleRate)
            throw new ArgumentException(
                $"A block of {block.ChannelCount} channels at {block.SampleRate} Hz for a file of "
                + $"{ChannelCount} channels at {SampleRate} Hz.", nameof(block));
        ObjectDisposedException.ThrowIf(!file.Stream.CanWrite, this);
        WavHeader.Write(Stream.Null, format, ChannelCount, SampleRate, Length + block.Length); // throws beyond 4 GiB
        WavFile.WriteSamples(file.Stream, block.Channels, format, default);
        Length += block.Length;
    }

    /// <summary>Updates the header and moves the file to its final path.</summary>
    /// <exception cref="ObjectDisposedException">The file is complete, or the writer is disposed.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(!file.Stream.CanWrite, this);
        if ((file.Stream.Position & 1) != 0)
            file.Stream.WriteByte(0);
        file.Stream.Position = 0;
        WavHeader.Write(file.Stream, format, ChannelCount, SampleRate, Length);
        file.Commit();
    }

    /// <summary>Discards the file unless it is complete.</summary>
    public void Dispose() => file.Dispose();
}
