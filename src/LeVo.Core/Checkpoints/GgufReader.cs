using System.Buffers.Binary;
using System.Text;

namespace LeVo.Core.Checkpoints;

/// <summary>Reads the header of a GGUF file from front to back. Lengths are checked against the file's.</summary>
internal sealed class GgufReader(TensorFile file, long position)
{
    private const int MaxStringBytes = 1 << 24;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private readonly byte[] buffer = new byte[1 << 16];
    private long bufferStart;
    private int buffered;

    /// <summary>Offset of the next byte.</summary>
    public long Position { get; private set; } = position;

    /// <summary>Bytes of the file.</summary>
    public long Length => file.Length;

    /// <summary>Bytes from here to the end of the file.</summary>
    public long Remaining => file.Length - Position;

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A number of things, each of which takes at least some bytes of the file.</summary>
    /// <param name="what">The things, for the message.</param>
    /// <param name="leastBytes">Least bytes of one.</param>
    public long ReadCount(string what, int leastBytes)
    {
        ulong count = ReadUInt64();
        return count <= (ulong)(Remaining / leastBytes)
            ? (long)count
            : throw Broken($"declares {count} {what}, more than its {file.Length} bytes can hold");
    }

    /// <summary>A string of UTF-8.</summary>
    public string ReadString()
    {
        int length = StringLength();
        try
        {
            return Strict.GetString(length <= buffer.Length ? Take(length) : TakeLarge(length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"'{file.Path}' has a string at byte {Position - length} that is not UTF-8.", e);
        }
    }

    /// <summary>A value of a fixed size as text; null when the type has none.</summary>
    public string? ReadScalar(GgufValueType type) => GgufValues.Size(type) is int size
        ? GgufValues.Text(type, Take(size))
        : null;

    /// <summary>Skips a value.</summary>
    public void Skip(GgufValueType type, long count)
    {
        if (GgufValues.Size(type) is int size)
        {
            Position += count * size;
            return;
        }
        for (long i = 0; i < count; i++)
        {
            int length = StringLength();
            Position += length;
        }
    }

    public InvalidDataException Broken(string problem) => new($"'{file.Path}' {problem}.");

    private int StringLength()
    {
        ulong length = ReadUInt64();
        return length <= MaxStringBytes && (long)length <= Remaining
            ? (int)length
            : throw Broken($"has a string of {length} bytes at byte {Position}; {Remaining} bytes are left, and the limit " +
                $"is {MaxStringBytes}");
    }

    private byte[] TakeLarge(int count)
    {
        byte[] bytes = new byte[count];
        file.Read(Position, bytes);
        Position += count;
        return bytes;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > Remaining)
            throw Broken($"ends at byte {file.Length}, within its header");
        if (Position < bufferStart || Position + count > bufferStart + buffered)
        {
            (bufferStart, buffered) = (Position, (int)Math.Min(buffer.Length, Remaining));
            file.Read(Position, buffer.AsSpan(0, buffered));
        }
        ReadOnlySpan<byte> bytes = buffer.AsSpan((int)(Position - bufferStart), count);
        Position += count;
        return bytes;
    }
}
