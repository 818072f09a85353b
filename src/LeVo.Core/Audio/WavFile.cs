using LeVo.Core.IO;

namespace LeVo.Core.Audio;

/// <summary>
/// Reads and writes WAV files: reads PCM of 8 to 32 bits, floating point of 32 or 64 bits, A-law and mu-law, plain or
/// WAVE_FORMAT_EXTENSIBLE, in all forms of <see cref="WavChunks"/>; writes the formats of <see cref="SampleFormat"/>.
/// Thread-safe.
/// </summary>
internal static class WavFile
{
    private const int BlockFrames = 4096;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The content is not WAV, corrupt, truncated, or in another sample
    /// format.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Waveform Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads from the current position of a seekable stream.</summary>
    /// <exception cref="InvalidDataException">The content is not WAV, corrupt, truncated, or in another sample
    /// format.</exception>
    public static Waveform Read(Stream stream, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("A WAV file is read from a seekable stream.", nameof(stream));
        WavChunks chunks = WavChunks.Read(stream, warn);
        WavFormat format = chunks.Format;
        int length = (int)(chunks.Data.Sum(part => part.Length) / format.Block), at = 0;
        var channels = new float[format.Channels][];
        for (int c = 0; c < channels.Length; c++)
            channels[c] = new float[length];
        byte[] bytes = new byte[Math.Min(length, BlockFrames) * format.Block];
        foreach ((long start, long size) in chunks.Data)
        {
            stream.Position = start;
            for (long left = size / format.Block; left > 0;)
            {
                int count = (int)Math.Min(BlockFrames, left);
                Span<byte> block = bytes.AsSpan(0, count * format.Block);
                stream.ReadExactly(block);
                if (chunks.BigEndian)
                    SampleCoding.ReverseBytes(block, format.SampleSize);
                SampleCoding.Decode(block, format, channels, at, count);
                (at, left) = (at + count, left - count);
            }
        }
        return new(channels, format.SampleRate);
    }

    /// <summary>Writes a file atomically; an existing file is replaced.</summary>
    /// <exception cref="ArgumentException">The file would exceed the limit of WAV, 4 GiB.</exception>
    public static void Write(string path, Waveform waveform, SampleFormat format = SampleFormat.Pcm16) =>
        AtomicFile.Write(path, stream => Write(stream, waveform, format));

    /// <summary>Writes to a stream, which need not be seekable.</summary>
    /// <exception cref="ArgumentException">The file would exceed the limit of WAV, 4 GiB.</exception>
    public static void Write(Stream stream, Waveform waveform, SampleFormat format = SampleFormat.Pcm16) =>
        Write(stream, waveform, format, default);

    internal static void Write(Stream stream, Waveform waveform, SampleFormat format, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(waveform);
        WavHeader.Write(stream, format, waveform.ChannelCount, waveform.SampleRate, waveform.Length);
        WriteSamples(stream, waveform.Channels, format, cancellation);
        if ((format.Bits() / 8 * waveform.ChannelCount * (long)waveform.Length & 1) != 0)
            stream.WriteByte(0);
    }

    /// <summary>Writes samples without a header or padding.</summary>
    internal static void WriteSamples(
        Stream stream, float[][] channels, SampleFormat format, CancellationToken cancellation)
    {
        int block = channels.Length * format.Bits() / 8, length = channels[0].Length;
        byte[] bytes = new byte[Math.Min(length, BlockFrames) * block];
        for (int start = 0; start < length; start += BlockFrames)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(BlockFrames, length - start);
            SampleCoding.Encode(channels, start, count, format, bytes);
            stream.Write(bytes, 0, count * block);
        }
    }
}
