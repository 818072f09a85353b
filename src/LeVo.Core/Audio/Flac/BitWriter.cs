using System.Buffers.Binary;

namespace LeVo.Core.Audio.Flac;

/// <summary>Writes bits, most significant first, into a growing, reusable buffer.</summary>
internal sealed class BitWriter
{
    private byte[] bytes = new byte[1 << 14];
    private int length;
    private ulong pending; // the low bits, fewer than 8 between calls
    private int pendingCount;

    /// <summary>The complete bytes written so far.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);

    public void Clear()
    {
        length = 0;
        pending = 0;
        pendingCount = 0;
    }

    /// <summary>Writes the low bits of a value.</summary>
    /// <param name="value">Higher bits are ignored.</param>
    /// <param name="count">0 to 32.</param>
    public void Write(long value, int count)
    {
        pending = pending << count | ((ulong)value & ((1UL << count) - 1));
        pendingCount += count;
        if (bytes.Length - length < 8)
            Array.Resize(ref bytes, bytes.Length * 2);
        int whole = pendingCount >> 3;
        if (whole == 0)
            return;
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(length), pending << (64 - pendingCount));
        length += whole;
        pendingCount &= 7;
        pending &= (1UL << pendingCount) - 1;
    }

    /// <summary>Writes a unary number: zero bits and a one bit.</summary>
    public void WriteUnary(long zeros)
    {
        for (; zeros >= 32; zeros -= 32)
            Write(0, 32);
        Write(1, (int)zeros + 1);
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Align() => Write(0, -pendingCount & 7);
}
