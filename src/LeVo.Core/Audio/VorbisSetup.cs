using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>
/// Checks the comments (Vorbis I, section 5.2.1) and codebooks (section 3.2.1) of a Vorbis stream before it is decoded: a few
/// bytes can announce many gigabytes, for which the decoder takes the memory at once.
/// </summary>
internal static class VorbisSetup
{
    private const int CommentPacket = 1, SetupPacket = 2, PrefixBytes = 7;
    private const uint Sync = 0x56_4342;

    /// <summary>Values of a codebook, at most. Encoders use less than a tenth of it.</summary>
    private const long MaxValues = 1 << 20;

    /// <summary>Checks comments and codebooks.</summary>
    /// <param name="file">A file of whole pages.</param>
    /// <exception cref="InvalidDataException">The comments or a codebook are damaged, or a codebook is larger than any
    /// encoder makes it.</exception>
    public static void Check(ReadOnlySpan<byte> file)
    {
        CheckComments(Packet(file, CommentPacket));
        byte[] packet = Packet(file, SetupPacket);
        if (packet.Length <= PrefixBytes || packet[0] != 5)
            throw new InvalidDataException("The Ogg Vorbis file is damaged: it has no codebooks.");
        var bits = new Bits(packet, PrefixBytes);
        long values = 0;
        for (uint book = 0, count = bits.Read(8) + 1; book < count; book++)
        {
            values += Codebook(ref bits);
            if (values > MaxValues)
                throw new InvalidDataException("The Ogg Vorbis file is damaged: its codebooks are too large.");
        }
    }

    /// <summary>The text of the vendor, the number of comments and their texts fill the packet at most.</summary>
    private static void CheckComments(ReadOnlySpan<byte> packet)
    {
        packet = packet.Length > PrefixBytes ? packet[PrefixBytes..] : [];
        SkipText(ref packet);
        uint count = packet.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(packet);
        if (count > packet.Length / sizeof(uint) - 1)
            throw DamagedComments();
        packet = packet[sizeof(uint)..];
        for (; count > 0; count--)
            SkipText(ref packet);
    }

    private static void SkipText(ref ReadOnlySpan<byte> packet)
    {
        uint length = packet.Length < sizeof(uint) ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(packet);
        if (length > packet.Length - sizeof(uint))
            throw DamagedComments();
        packet = packet[(sizeof(uint) + (int)length)..];
    }

    /// <summary>Reads past a codebook and returns the number of values that the decoder keeps for it.</summary>
    private static long Codebook(ref Bits bits)
    {
        if (bits.Read(24) != Sync)
            throw new InvalidDataException("The Ogg Vorbis file is damaged: a codebook does not begin as it must.");
        uint dimensions = bits.Read(16), entries = bits.Read(24);
        long values = (long)Math.Max(1, dimensions) * entries;
        if (values > MaxValues)
            return values;
        if (bits.Read(1) != 0)
        {
            bits.Read(5);
            for (uint entry = 0; entry < entries;)
            {
                uint run = bits.Read(Width(entries - entry));
                entry += run;
                if (run == 0 && bits.IsAtEnd)
                    throw Truncated();
            }
        }
        else
        {
            bool sparse = bits.Read(1) != 0;
            for (uint entry = 0; entry < entries; entry++)
            {
                if (!sparse || bits.Read(1) != 0)
                    bits.Read(5);
            }
        }
        uint lookup = bits.Read(4);
        if (lookup is not (1 or 2))
            return values;
        bits.Skip(64);
        int width = (int)bits.Read(4) + 1;
        bits.Read(1);
        bits.Skip(width * (lookup == 1 ? Root(entries, dimensions) : values));
        return values;
    }

    /// <summary>The number of bits of a number.</summary>
    private static int Width(uint value) => 32 - System.Numerics.BitOperations.LeadingZeroCount(value);

    /// <summary>The greatest number whose power is at most <paramref name="value"/>.</summary>
    private static long Root(uint value, uint power)
    {
        long root = (long)Math.Floor(Math.Pow(value, 1.0 / Math.Max(1, power)));
        return Math.Pow(root + 1, power) <= value ? root + 1 : root;
    }

    /// <summary>A packet by its number, put together from the segments of the pages.</summary>
    private static byte[] Packet(ReadOnlySpan<byte> file, int number)
    {
        var packet = new List<byte>();
        for (int at = 0, index = 0; OggPages.Page(file[at..]) is { IsEmpty: false } page; at += page.Length)
        {
            int from = OggPages.HeaderBytes + page[26];
            foreach (byte segment in page.Slice(OggPages.HeaderBytes, page[26]))
            {
                if (index == number)
                    packet.AddRange(page.Slice(from, segment));
                from += segment;
                if (segment == byte.MaxValue)
                    continue;
                if (index++ == number)
                    return [.. packet];
            }
        }
        return [];
    }

    private static InvalidDataException DamagedComments() => new("The Ogg Vorbis file is damaged: its comments are truncated.");

    private static InvalidDataException Truncated() => new("The Ogg Vorbis file is damaged: its codebooks are truncated.");

    /// <summary>Reads numbers of bits, the least significant bit of a byte first.</summary>
    private struct Bits(byte[] data, int start)
    {
        private long at = start * 8L;

        public readonly bool IsAtEnd => at >= data.Length * 8L;

        public uint Read(int count)
        {
            uint value = 0;
            for (int i = 0; i < count; i++, at++)
            {
                if (IsAtEnd)
                    throw Truncated();
                value |= (uint)(data[at >> 3] >> (int)(at & 7) & 1) << i;
            }
            return value;
        }

        public void Skip(long count)
        {
            at += count;
            if (at > data.Length * 8L)
                throw Truncated();
        }
    }
}
