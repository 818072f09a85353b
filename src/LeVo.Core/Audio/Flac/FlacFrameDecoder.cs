using System.Buffers.Binary;
using System.Numerics;

namespace LeVo.Core.Audio.Flac;

/// <summary>Decodes frames of a FLAC stream (RFC 9639, section 9).</summary>
internal sealed class FlacFrameDecoder(FlacStreamInfo info)
{
    private const int MostBlock = 1 << 16;
    private readonly long[][] channels = [.. Enumerable.Range(0, info.Channels).Select(_ => new long[MostBlock])];

    /// <summary>The samples of the last frame, <c>[channels][samples]</c>, valid up to the returned length.</summary>
    public IReadOnlyList<long[]> Channels => channels;

    /// <summary>Decodes the frame at an offset and advances the offset to the next frame.</summary>
    /// <returns>The number of samples per channel.</returns>
    /// <exception cref="InvalidDataException">The frame is corrupt.</exception>
    public int Decode(ReadOnlySpan<byte> file, ref int at)
    {
        var reader = new BitReader(file, at);
        (int length, int assignment) = ReadHead(file, at, ref reader);
        for (int c = 0; c < info.Channels; c++)
        {
            bool isSide = assignment == 9 ? c == 0 : assignment is 8 or 10 && c == 1;
            FlacSubframe.Decode(ref reader, channels[c].AsSpan(0, length), info.Bits + (isSide ? 1 : 0));
        }
        reader.Align();
        int end = reader.BytePosition;
        if (end + 2 > file.Length || BinaryPrimitives.ReadUInt16BigEndian(file[end..]) != FlacCrc.Crc16(file[at..end]))
            throw Broken("a frame's checksum does not match");
        Join(assignment, length);
        foreach (long[] channel in channels)
            foreach (long sample in channel.AsSpan(0, length))
                if (sample >> (info.Bits - 1) is not (0 or -1))
                    throw Broken($"a sample does not fit into {info.Bits} bits");
        at = end + 2;
        return length;
    }

    private (int Length, int Assignment) ReadHead(ReadOnlySpan<byte> file, int start, ref BitReader reader)
    {
        if (reader.Read(15) != 0x7FFC)
            throw Broken("a frame's sync code is missing");
        reader.Read(1); // whether block sizes vary
        int sizeCode = (int)reader.Read(4), rateCode = (int)reader.Read(4), assignment = (int)reader.Read(4);
        int bitsCode = (int)reader.Read(3);
        bool reserved = reader.Read(1) != 0;
        // The frame number, coded like UTF-8, is not used.
        int more = Math.Max(0, BitOperations.LeadingZeroCount(~(uint)reader.Read(8) << 24) - 1);
        for (; more > 0; more--)
            if (reader.Read(8) >> 6 != 2)
                throw Broken("a frame number is invalid");
        int length = sizeCode switch
        {
            0 => throw Broken("a frame has a reserved block size"),
            1 => 192,
            <= 5 => 144 << sizeCode,
            6 => (int)reader.Read(8) + 1,
            7 => (int)reader.Read(16) + 1,
            _ => 1 << sizeCode,
        };
        int rate = rateCode switch
        {
            0 => info.SampleRate,
            12 => (int)reader.Read(8) * 1000,
            13 => (int)reader.Read(16),
            14 => (int)reader.Read(16) * 10,
            15 => throw Broken("a frame has an invalid sample rate"),
            _ => FlacTables.Rates[rateCode],
        };
        int crcAt = reader.BytePosition;
        if ((byte)reader.Read(8) != FlacCrc.Crc8(file[start..crcAt]))
            throw Broken("the checksum of a frame header does not match");
        int bits = bitsCode == 0 ? info.Bits : FlacTables.Bits[bitsCode];
        int count = assignment < 8 ? assignment + 1 : 2;
        if (reserved || assignment > 10 || bits == 0)
            throw Broken("a frame header has reserved values");
        if (rate != info.SampleRate || count != info.Channels || bits != info.Bits)
            throw Broken($"a frame of {count} channels with {bits} bits at {rate} Hz in a file of "
                + $"{info.Channels} channels with {info.Bits} bits at {info.SampleRate} Hz");
        return (length, assignment);
    }

    /// <summary>Restores left and right from side or middle channels.</summary>
    private void Join(int assignment, int length)
    {
        if (assignment < 8)
            return;
        Span<long> first = channels[0].AsSpan(0, length), second = channels[1].AsSpan(0, length);
        for (int i = 0; i < length; i++)
        {
            (long a, long b) = (first[i], second[i]);
            (first[i], second[i]) = assignment switch
            {
                8 => (a, a - b), // left, side
                9 => (a + b, b), // side, right
                _ => (a + (b + (b & 1)) / 2, a - (b - (b & 1)) / 2), // middle (without its low bit), side
            };
        }
    }

    private static InvalidDataException Broken(string fault) => new($"The FLAC file is corrupt: {fault}.");
}

/// <summary>Values by their codes in frame headers; 0 marks an unused code.</summary>
internal static class FlacTables
{
    public static ReadOnlySpan<int> Rates =>
        [0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

    public static ReadOnlySpan<int> Bits => [0, 8, 12, 0, 16, 20, 24, 32];
}
