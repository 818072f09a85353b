using System.Buffers.Binary;

namespace LeVo.Core.Audio.Flac;

/// <summary>STREAMINFO, the first metadata block of a FLAC file (RFC 9639, section 8.2).</summary>
internal sealed record FlacStreamInfo
{
    public const int Size = 34;
    private const long MostSamples = (1L << 36) - 1;

    public int SampleRate { get; init; }

    public int Channels { get; init; }

    /// <summary>Bits of a sample, 4 to 32.</summary>
    public int Bits { get; init; }

    /// <summary>Samples of each channel; 0 means unknown.</summary>
    public long Length { get; init; }

    /// <summary>
    /// Samples of each frame except the last, for written files; read files may use variable block sizes.
    /// </summary>
    public int BlockSize { get; init; }

    /// <summary>Bytes of the smallest and the largest frame; 0 means unknown.</summary>
    public (int Least, int Most) FrameBytes { get; init; }

    /// <summary>MD5 of the samples; all zero means unknown.</summary>
    public byte[] Md5 { get; init; } = new byte[16];

    /// <exception cref="InvalidDataException">A value is out of range.</exception>
    public static FlacStreamInfo Read(ReadOnlySpan<byte> bytes)
    {
        ulong packed = BinaryPrimitives.ReadUInt64BigEndian(bytes[10..]);
        var info = new FlacStreamInfo
        {
            BlockSize = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            SampleRate = (int)(packed >> 44),
            Channels = (int)(packed >> 41 & 7) + 1,
            Bits = (int)(packed >> 36 & 31) + 1,
            Length = (long)(packed & MostSamples),
            Md5 = bytes[18..Size].ToArray(),
        };
        if (info.SampleRate == 0 || info.Bits < 4)
            throw new InvalidDataException($"The FLAC file declares {info.Bits} bits at {info.SampleRate} Hz.");
        if (info.Length > Array.MaxLength)
            throw new InvalidDataException($"The FLAC file declares {info.Length} samples per channel: too many.");
        return info;
    }

    public void Write(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)BlockSize);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)BlockSize);
        // Two 24-bit numbers; each 32-bit write overlaps bytes that the next write sets.
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], FrameBytes.Least << 8);
        BinaryPrimitives.WriteInt32BigEndian(bytes[7..], FrameBytes.Most << 8);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[10..],
            (ulong)SampleRate << 44 | (ulong)(Channels - 1) << 41 | (ulong)(Bits - 1) << 36 | (ulong)Length);
        Md5.CopyTo(bytes[18..]);
        stream.Write(bytes);
    }
}
