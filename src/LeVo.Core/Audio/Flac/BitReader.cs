using System.Buffers.Binary;
using System.Numerics;

namespace LeVo.Core.Audio.Flac;

/// <summary>
/// Reads bits, most significant first. Reading past the end throws an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes, int start)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private readonly long end = bytes.Length * 8L;
    private long at = start * 8L;

    /// <summary>Index of the next byte; valid only when byte-aligned.</summary>
    public readonly int BytePosition => (int)(at >> 3);

    /// <summary>The next bits as an unsigned number.</summary>
    /// <param name="count">0 to 56.</param>
    public ulong Read(int count)
    {
        if (count == 0)
            return 0;
        if (count > end - at)
            throw CutShort();
        ulong value = Load() >> (64 - count);
        at += count;
        return value;
    }

    /// <summary>The next bits as a number in two's complement.</summary>
    /// <param name="count">1 to 56.</param>
    public long ReadSigned(int count) => (long)(Read(count) << (64 - count)) >> (64 - count);

    /// <summary>Reads a unary number: the count of zero bits before the next one bit, which is consumed.</summary>
    public long ReadUnary()
    {
        long zeros = 0;
        while (at < end)
        {
            int usable = (int)Math.Min(end - at, 56), found = BitOperations.LeadingZeroCount(Load());
            if (found < usable)
            {
                at += found + 1;
                return zeros + found;
            }
            zeros += usable;
            at += usable;
        }
        throw CutShort();
    }

    /// <summary>Skips to the next byte boundary. The skipped bits must be zero.</summary>
    public void Align()
    {
        if (Read((int)(-at & 7)) != 0)
            throw new InvalidDataException("The FLAC file is corrupt: a frame's padding is not zero.");
    }

    /// <summary>The next 57 or more bits, left-aligned; zeros after the end.</summary>
    private readonly ulong Load()
    {
        int index = (int)(at >> 3);
        ulong word = 0;
        if (bytes.Length - index >= 8)
            word = BinaryPrimitives.ReadUInt64BigEndian(bytes[index..]);
        else
            for (int i = 0; i < bytes.Length - index; i++)
                word |= (ulong)bytes[index + i] << (56 - 8 * i);
        return word << (int)(at & 7);
    }

    private static InvalidDataException CutShort() =>
        new("The FLAC file is truncated or corrupt: it ends inside a frame.");
}
