using LeVo.Core.IO;

namespace LeVo.Core.Audio;

/// <summary>
/// Writes a WAV file block by block, to a path or to a stream. <see cref="Complete"/> updates the length in the header and,
/// for a path, moves the file there; disposing earlier discards the file of a path. Not thread-safe.
/// </summary>
public sealed class WavStreamWriter : IDisposable
{
    private readonly AtomicFile? file;
    private readonly Stream stream;
    private readonly long begin;
    private readonly SampleFormat format;
    private bool started, ended;

    /// <summary>Creates a temporary file in the folder of <paramref name="path"/>.</summary>
    /// <param name="path">The final path; <see cref="Complete"/> replaces an existing file.</param>
    /// <param name="channelCount">Number of channels.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="format">The sample format.</param>
    /// <exception cref="ArgumentException">WAV cannot store such samples.</exception>
    /// <exception cref="IOException">The folder does not exist or cannot be written.</exception>
    public WavStreamWriter(string path, int channelCount, int sampleRate, SampleFormat format = SampleFormat.Pcm16)
        : this(channelCount, sampleRate, format)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        file = new AtomicFile(path);
        stream = file.Stream;
    }

    /// <summary>
    /// Writes to a stream, from its current position on. If the stream is not seekable, the header contains the greatest
    /// length instead of the real one, as is usual for streams.
    /// </summary>
    /// <param name="stream">The stream, which stays open. Nothing is written before the first block.</param>
    /// <param name="channelCount">Number of channels.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="format">The sample format.</param>
    /// <exception cref="ArgumentException">WAV cannot store such samples, or the stream is not writable.</exception>
    public WavStreamWriter(Stream stream, int channelCount, int sampleRate, SampleFormat format = SampleFormat.Pcm16)
        : this(channelCount, sampleRate, format)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanWrite)
            throw new ArgumentException("The stream is not writable.", nameof(stream));
        this.stream = stream;
        begin = stream.CanSeek ? stream.Position : 0;
    }

    private WavStreamWriter(int channelCount, int sampleRate, SampleFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channelCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleRate);
        (ChannelCount, SampleRate, this.format, stream) = (channelCount, sampleRate, format, Stream.Null);
        WavHeader.Write(Stream.Null, format, channelCount, sampleRate, 0); // throws for unsupported parameters
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
    public void Append(Waveform block) => stream.Write(Encode(block));

    /// <summary>Appends a block of any length and flushes the stream.</summary>
    /// <param name="block">The block.</param>
    /// <param name="cancellationToken">Stops writing; the stream is of no use then.</param>
    /// <inheritdoc cref="Append"/>
    public async Task AppendAsync(Waveform block, CancellationToken cancellationToken = default)
    {
        await stream.WriteAsync(Encode(block), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Updates the header, if the stream is seekable, and moves the file of a path to its place.</summary>
    /// <exception cref="ObjectDisposedException">The file is complete, or the writer is disposed.</exception>
    public void Complete()
    {
        stream.Write(End());
        if (stream.CanSeek)
        {
            long end = stream.Position;
            stream.Position = begin;
            WavHeader.Write(stream, format, ChannelCount, SampleRate, Length);
            stream.Position = end;
        }
        file?.Commit();
    }

    /// <inheritdoc cref="Complete"/>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        await stream.WriteAsync(End(), cancellationToken).ConfigureAwait(false);
        if (stream.CanSeek)
        {
            long end = stream.Position;
            stream.Position = begin;
            await stream.WriteAsync(Header(), cancellationToken).ConfigureAwait(false);
            stream.Position = end;
        }
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        file?.Commit();
    }

    /// <summary>Discards the file of a path unless it is complete. A given stream stays open.</summary>
    public void Dispose()
    {
        ended = true;
        file?.Dispose();
    }

    /// <summary>The bytes of a block, behind the header if it is the first.</summary>
    private byte[] Encode(Waveform block)
    {
        ArgumentNullException.ThrowIfNull(block);
        if (block.ChannelCount != ChannelCount || block.SampleRate != SampleRate)
            throw new ArgumentException(
                $"A block of {block.ChannelCount} channels at {block.SampleRate} Hz for a file of "
                + $"{ChannelCount} channels at {SampleRate} Hz.", nameof(block));
        ObjectDisposedException.ThrowIf(ended, this);
        if (stream.CanSeek)
            WavHeader.Write(Stream.Null, format, ChannelCount, SampleRate, Length + block.Length); // throws beyond 4 GiB
        var bytes = new MemoryStream();
        if (!started)
            bytes.Write(Header());
        WavFile.WriteSamples(bytes, block.Channels, format, default);
        started = true;
        Length += block.Length;
        return bytes.ToArray();
    }

    /// <summary>What follows the last block: the padding, and the header of a file without blocks.</summary>
    private byte[] End()
    {
        ObjectDisposedException.ThrowIf(ended, this);
        ended = true;
        byte[] header = started ? [] : Header();
        bool odd = (format.Bits() / 8 * ChannelCount * Length & 1) != 0;
        return odd ? [.. header, 0] : header;
    }

    private byte[] Header()
    {
        var bytes = new MemoryStream();
        WavHeader.Write(bytes, format, ChannelCount, SampleRate, stream.CanSeek ? Length : null);
        return bytes.ToArray();
    }
}
