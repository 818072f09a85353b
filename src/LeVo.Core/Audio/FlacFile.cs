using System.Buffers.Binary;
using System.Security.Cryptography;
using LeVo.Core.Audio.Flac;
using LeVo.Core.IO;

namespace LeVo.Core.Audio;

/// <summary>
/// Reads and writes FLAC files (RFC 9639): reads 4 to 32 bits and 1 to 8 channels and verifies all checksums; writes
/// 16 or 24 bits. Thread-safe.
/// </summary>
internal static class FlacFile
{
    private static ReadOnlySpan<byte> Marker => "fLaC"u8;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">The content is not FLAC, corrupt or truncated.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Waveform Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream);
    }

    /// <summary>Reads from the current position of a seekable stream.</summary>
    /// <exception cref="InvalidDataException">The content is not FLAC, corrupt or truncated.</exception>
    public static Waveform Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
            throw new ArgumentException("A FLAC file is read from a seekable stream.", nameof(stream));
        if (stream.Length - stream.Position > Array.MaxLength)
            throw new InvalidDataException("The FLAC file is larger than 2 GiB.");
        byte[] file = new byte[stream.Length - stream.Position];
        stream.ReadExactly(file);
        FlacStreamInfo info = ReadMetadata(file, out int at);
        // Frames of silence are tiny, so the declared length can't be checked against the file size; buffers grow as
        // frames are decoded.
        var channels = new float[info.Channels][];
        Array.Fill(channels, []);
        var decoder = new FlacFrameDecoder(info);
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] bytes = [];
        int length = 0;
        while (info.Length == 0 ? at < file.Length : length < info.Length)
        {
            int count = decoder.Decode(file, ref at);
            if (count > (info.Length == 0 ? Array.MaxLength : info.Length) - length)
                throw new InvalidDataException($"The FLAC file has more samples than the {info.Length} it declares.");
            FlacSamples.Hash(md5, decoder.Channels, count, info.Bits, ref bytes);
            float scale = 1f / (1L << (info.Bits - 1));
            for (int c = 0; c < channels.Length; c++)
            {
                if (channels[c].Length < length + count)
                    Array.Resize(ref channels[c],
                        (int)Math.Min(Math.Max(length + count, 2L * length), Array.MaxLength));
                ReadOnlySpan<long> decoded = decoder.Channels[c].AsSpan(0, count);
                for (int i = 0; i < count; i++)
                    channels[c][length + i] = decoded[i] * scale;
            }
            length += count;
        }
        if (info.Md5.AsSpan().ContainsAnyExcept((byte)0) && !md5.GetHashAndReset().AsSpan().SequenceEqual(info.Md5))
            throw new InvalidDataException("The FLAC file is corrupt: its samples do not match their MD5 checksum.");
        for (int c = 0; c < channels.Length; c++)
            Array.Resize(ref channels[c], length);
        return new(channels, info.SampleRate);
    }

    /// <summary>Writes a file atomically; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="waveform">1 to 8 channels, up to 655 350 Hz.</param>
    /// <param name="format">16 or 24 bits.</param>
    /// <exception cref="ArgumentException">FLAC cannot store such samples.</exception>
    public static void Write(string path, Waveform waveform, SampleFormat format = SampleFormat.Pcm16) =>
        AtomicFile.Write(path, stream => Write(stream, waveform, format));

    /// <summary>Writes to a seekable stream.</summary>
    /// <inheritdoc cref="Write(string, Waveform, SampleFormat)"/>
    public static void Write(Stream stream, Waveform waveform, SampleFormat format = SampleFormat.Pcm16) =>
        Write(stream, waveform, format, null, default);

    internal static void Write(
        Stream stream, Waveform waveform, SampleFormat format, AudioTags? tags, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(waveform);
        if (!stream.CanSeek)
            throw new ArgumentException("A FLAC file is written to a seekable stream.", nameof(stream));
        if (format == SampleFormat.Float32)
            throw new ArgumentException("FLAC stores integers only; use 16 or 24 bits, or WAV.", nameof(format));
        if (waveform.ChannelCount > 8 || waveform.SampleRate > 655_350)
            throw new ArgumentException(
                $"FLAC cannot store {waveform.ChannelCount} channels at {waveform.SampleRate} Hz.", nameof(waveform));
        var info = new FlacStreamInfo
        {
            SampleRate = waveform.SampleRate,
            Channels = waveform.ChannelCount,
            Bits = format.Bits(),
            Length = waveform.Length,
            BlockSize = FlacFrameEncoder.BlockSize,
        };
        long start = stream.Position;
        stream.Write(Marker);
        const int Last = 0x80, VorbisComment = 4; // a metadata block's mark and kind
        stream.Write([(byte)(tags is null ? Last : 0), 0, 0, FlacStreamInfo.Size]);
        info.Write(stream);
        if (tags?.ToVorbisComment() is { } comment)
        {
            stream.Write([Last | VorbisComment, (byte)(comment.Length >> 16), (byte)(comment.Length >> 8), (byte)comment.Length]);
            stream.Write(comment);
        }
        info = WriteFrames(stream, waveform, info, cancellation);
        long end = stream.Position;
        stream.Position = start + 8;
        info.Write(stream);
        stream.Position = end;
    }

    private static FlacStreamInfo WriteFrames(Stream stream, Waveform waveform, FlacStreamInfo info,
        CancellationToken cancellation)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var encoder = new FlacFrameEncoder(info);
        byte[] bytes = [];
        (int Least, int Most) size = (int.MaxValue, 0);
        for (int start = 0, number = 0; start < waveform.Length; start += info.BlockSize, number++)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(info.BlockSize, waveform.Length - start);
            for (int c = 0; c < info.Channels; c++)
                for (int i = 0; i < count; i++)
                    encoder.Channels[c][i] = SampleCoding.ToInteger(waveform.Channels[c][start + i], info.Bits);
            FlacSamples.Hash(md5, encoder.Channels, count, info.Bits, ref bytes);
            ReadOnlySpan<byte> frame = encoder.Encode(count, number);
            stream.Write(frame);
            size = (Math.Min(size.Least, frame.Length), Math.Max(size.Most, frame.Length));
        }
        return info with { FrameBytes = size.Most == 0 ? default : size, Md5 = md5.GetHashAndReset() };
    }

    /// <summary>Reads up to the first frame.</summary>
    private static FlacStreamInfo ReadMetadata(ReadOnlySpan<byte> file, out int at)
    {
        if (!file.StartsWith(Marker))
            throw new InvalidDataException("Not a FLAC file: it does not start with fLaC.");
        FlacStreamInfo? info = null;
        at = Marker.Length;
        for (bool last = false; !last;)
        {
            if (file.Length - at < 4)
                throw new InvalidDataException("The FLAC file is truncated: it ends in its metadata.");
            last = (file[at] & 0x80) != 0;
            int type = file[at] & 0x7F, size = BinaryPrimitives.ReadInt32BigEndian(file[at..]) & 0xFFFFFF;
            at += 4;
            if (size > file.Length - at)
                throw new InvalidDataException(
                    $"The FLAC file is truncated: metadata of {size} bytes, {file.Length - at} bytes left.");
            if (type == 127 || (type == 0) != (info is null) || (type == 0 && size != FlacStreamInfo.Size))
                throw new InvalidDataException(
                    "The FLAC file is corrupt: its metadata does not begin with one STREAMINFO block.");
            if (type == 0)
                info = FlacStreamInfo.Read(file.Slice(at, size));
            at += size;
        }
        return info!;
    }
}
