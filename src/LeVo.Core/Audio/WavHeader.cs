using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>The header of a WAV file: the chunks before the samples.</summary>
/// <param name="Channels">Number of channels.</param>
/// <param name="SampleRate">Samples per second.</param>
/// <param name="SampleSize">Bytes of one sample of one channel.</param>
/// <param name="IsFloat">Whether samples are floating-point numbers.</param>
/// <param name="Length">Samples of each channel.</param>
internal sealed record WavHeader(int Channels, int SampleRate, int SampleSize, bool IsFloat, int Length)
{
    private const ushort PcmTag = 1, FloatTag = 3, ExtensibleTag = 0xFFFE;
    private const uint Unknown = uint.MaxValue; // the length that programs write into pipes

    /// <summary>The bytes after the format tag in the sub-format GUID of WAVE_FORMAT_EXTENSIBLE.</summary>
    private static ReadOnlySpan<byte> GuidTail => [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    /// <summary>
    /// Reads the header and positions the stream at the first sample. All samples are then known to be present.
    /// </summary>
    /// <exception cref="InvalidDataException">The content is not a supported WAV file.</exception>
    public static WavHeader Read(Stream stream)
    {
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12)
            throw new InvalidDataException("Not a WAV file: shorter than its header.");
        if (head[..4].SequenceEqual("RF64"u8) || head[..4].SequenceEqual("BW64"u8))
            throw new InvalidDataException("WAV files in the 64-bit form (RF64) are not supported.");
        if (!head[..4].SequenceEqual("RIFF"u8) || !head[8..].SequenceEqual("WAVE"u8))
            throw new InvalidDataException("Not a WAV file: it does not start with RIFF and WAVE.");
        WavHeader? format = null;
        while (stream.ReadAtLeast(head[..8], 8, throwOnEndOfStream: false) == 8)
        {
            long length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]), left = stream.Length - stream.Position;
            bool isData = head[..4].SequenceEqual("data"u8);
            bool open = isData && length == Unknown;
            if (length > left && !open)
                throw new InvalidDataException(
                    $"The WAV file is truncated: chunk '{Name(head)}' of {length} bytes, {left} bytes left.");
            if (isData)
                return format?.WithData(open ? left - left % (format.Channels * format.SampleSize) : length)
                    ?? throw new InvalidDataException("The WAV file has samples before their format ('fmt ' chunk).");
            long end = stream.Position + length + (length & 1); // chunks start at even offsets
            if (head[..4].SequenceEqual("fmt "u8))
                format = ReadFormat(stream, length);
            stream.Position = end;
        }
        throw new InvalidDataException($"The WAV file has no '{(format is null ? "fmt " : "data")}' chunk.");
    }

    /// <summary>Writes everything up to the samples.</summary>
    /// <param name="stream">The stream, written at its current position.</param>
    /// <param name="format">The sample format.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="samples">Samples of each channel; null for a stream that does not know them yet.</param>
    /// <exception cref="ArgumentException">The samples do not fit into a WAV file.</exception>
    public static void Write(Stream stream, SampleFormat format, int channels, int sampleRate, long? samples)
    {
        bool isFloat = format == SampleFormat.Float32, extensible = channels > 2;
        int size = format.Bits() / 8, block = size * channels;
        int formatLength = extensible ? 40 : isFloat ? 18 : 16, factLength = isFloat ? 12 : 0;
        long length = samples ?? 0, dataLength = length * block;
        long riffLength = 4 + 8 + formatLength + factLength + 8 + dataLength + (dataLength & 1);
        if (block > ushort.MaxValue || riffLength >= Unknown)
            throw new ArgumentException(
                $"A WAV file cannot hold {length} samples of {channels} channels.", nameof(samples));
        using var writer = new BinaryWriter(stream, System.Text.Encoding.ASCII, leaveOpen: true);
        writer.Write("RIFF"u8);
        writer.Write(samples is null ? Unknown : (uint)riffLength);
        writer.Write("WAVEfmt "u8);
        writer.Write(formatLength);
        writer.Write(extensible ? ExtensibleTag : isFloat ? FloatTag : PcmTag);
        writer.Write((ushort)channels);
        writer.Write(sampleRate);
        writer.Write((uint)Math.Min(uint.MaxValue, (long)sampleRate * block));
        writer.Write((ushort)block);
        writer.Write((ushort)(size * 8));
        if (formatLength > 16)
            writer.Write((ushort)(formatLength - 18));
        if (extensible)
        {
            writer.Write((ushort)(size * 8));
            writer.Write(0); // no speaker positions
            writer.Write(isFloat ? FloatTag : PcmTag);
            writer.Write(GuidTail);
        }
        if (isFloat)
        {
            writer.Write("fact"u8);
            writer.Write(4);
            writer.Write(samples is null ? Unknown : (uint)length);
        }
        writer.Write("data"u8);
        writer.Write(samples is null ? Unknown : (uint)dataLength);
    }

    private static WavHeader ReadFormat(Stream stream, long length)
    {
        if (length < 16)
            throw new InvalidDataException($"The WAV file's 'fmt ' chunk has {length} bytes, fewer than 16.");
        Span<byte> bytes = stackalloc byte[(int)Math.Min(length, 40)];
        stream.ReadExactly(bytes);
        ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        uint sampleRate = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        int block = BinaryPrimitives.ReadUInt16LittleEndian(bytes[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]);
        if (tag == ExtensibleTag)
        {
            if (bytes.Length < 40 || !bytes[26..40].SequenceEqual(GuidTail))
                throw new InvalidDataException("The WAV file's WAVE_FORMAT_EXTENSIBLE has an unknown sub-format.");
            tag = BinaryPrimitives.ReadUInt16LittleEndian(bytes[24..]);
        }
        if (tag is not (PcmTag or FloatTag))
            throw new InvalidDataException($"The WAV file's format 0x{tag:X4} is neither PCM nor floating point.");
        if (channels == 0 || sampleRate is 0 or > int.MaxValue)
            throw new InvalidDataException($"The WAV file declares {channels} channels at {sampleRate} Hz.");
        int size = (bits + 7) / 8; // fewer valid bits than their bytes hold are left-justified
        if (block != size * channels || (tag == FloatTag ? bits is not (32 or 64) : size is < 1 or > 4))
            throw new InvalidDataException(
                $"The WAV file declares samples of {bits} bits in blocks of {block} bytes for {channels} channels.");
        return new(channels, (int)sampleRate, size, tag == FloatTag, 0);
    }

    private static string Name(ReadOnlySpan<byte> head)
    {
        Span<char> name = stackalloc char[4];
        for (int i = 0; i < 4; i++)
            name[i] = head[i] is >= 32 and < 127 ? (char)head[i] : '?';
        return name.ToString();
    }

    private WavHeader WithData(long bytes)
    {
        int block = Channels * SampleSize;
        if (bytes % block != 0)
            throw new InvalidDataException($"The WAV file's {bytes} bytes of samples are not a multiple of {block}.");
        if (bytes / block > Array.MaxLength)
            throw new InvalidDataException($"The WAV file has {bytes / block} samples per channel: too many.");
        return this with { Length = (int)(bytes / block) };
    }
}
