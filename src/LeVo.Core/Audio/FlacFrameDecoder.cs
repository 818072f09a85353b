using System.Buffers.Binary;
using System.Numerics;

namespace LeVo.Core.Audio;

/// <summary>Decodes frames of a FLAC stream (RFC 9639, section 9).</summary>
internal sealed class FlacFrameDecoder(FlacStreamInfo info)
{
    private const int MostBlock = 1 << 16;
    private readonly long[][] channels = [.. Enumerable.Range(0, info.Channels).Select(_ => new long[MostBlock])];

    /// <summary>The samples of the last frame, <c>[channels]</c>, valid up to the returned length.</summary>
    public IReadOnlyList<long[]> Channels => channels;

    /// <summary>Decodes the frame at a place and moves on to the next.</summary>
    /// <returns>Samples of each channel.</returns>
    /// <exception cref="InvalidDataException">The frame is broken.</exception>
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
            throw Broken("a frame's checksum does not fit it");
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
            throw Broken("where a frame should begin, none does");
        reader.Read(1); // whether block sizes vary
        int sizeCode = (int)reader.Read(4), rateCode = (int)reader.Read(4), assignment = (int)reader.Read(4);
        int bitsCode = (int)reader.Read(3);
        bool reserved = reader.Read(1) != 0;
        // The frame's number is coded like UTF-8; nothing here needs it.
        int more = Math.Max(0, BitOperations.LeadingZeroCount(~(uint)reader.Read(8) << 24) - 1);
        for (; more > 0; more--)
            if (reader.Read(8) >> 6 != 2)
                throw Broken("a frame's number is not coded properly");
        int length = sizeCode switch
        {
            0 => throw Broken("a frame has a reserved size"),
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
            15 => throw Broken("a frame has a forbidden sample rate"),
            _ => FlacTables.Rates[rateCode],
        };
        int crcAt = reader.BytePosition;
        if ((byte)reader.Read(8) != FlacCrc.Crc8(file[start..crcAt]))
            throw Broken("the checksum of a frame's head does not fit it");
        int bits = bitsCode == 0 ? info.Bits : FlacTables.Bits[bitsCode];
        int count = assignment < 8 ? assignment + 1 : 2;
        if (reserved || assignment > 10 || bits == 0)
            throw Broken("a frame's head has reserved values");
        if (rate != info.SampleRate || count != info.Channels || bits != info.Bits)
            throw Broken($"a frame of {count} channels with {bits} bits at {rate} Hz in a file of "
                + $"{info.Channels} channels with {info.Bits} bits at {info.SampleRate} Hz");
        return (length, assignment);
    }

    /// <summary>Turns side or middle channels back into left and right.</summary>
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
                _ => (a + (b + (b & 1)) / 2, a - (b - (b & 1)) / 2), // middle, side: half a bit lost in the middle
            };
        }
    }

    private static InvalidDataException Broken(string fault) => new($"The FLAC file is broken: {fault}.");
}

/// <summary>Values that frame heads name by codes; 0 is not there.</summary>
internal static class FlacTables
{
    public static ReadOnlySpan<int> Rates =>
        [0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

    public static ReadOnlySpan<int> Bits => [0, 8, 12, 0, 16, 20, 24, 32];
}
