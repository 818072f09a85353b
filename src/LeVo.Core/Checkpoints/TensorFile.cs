using System.Buffers;
using System.Runtime.InteropServices;
using LeVo.Core.IO;
using Microsoft.Win32.SafeHandles;

namespace LeVo.Core.Checkpoints;

/// <summary>Random access to a file with tensors. Thread-safe.</summary>
internal sealed class TensorFile : IDisposable
{
    private const int ChunkBytes = 1 << 26;
    private const int BlockBufferBytes = 1 << 16;
    private readonly SafeFileHandle handle;
    private readonly byte[]? memory;

    private TensorFile(string path, SafeFileHandle handle) =>
        (Path, this.handle, Length) = (path, handle, RandomAccess.GetLength(handle));

    private TensorFile(string name, byte[] memory) =>
        (Path, handle, this.memory, Length) = (name, new SafeFileHandle(), memory, memory.Length);

    public string Path { get; }

    public long Length { get; }

    /// <summary>A path to the content of the open file, valid even after the file has been replaced.</summary>
    public string ContentPath => OperatingSystem.IsLinux() ? $"/proc/self/fd/{handle.DangerousGetHandle()}" : Path;

    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static TensorFile Open(string path) => new(path, File.OpenHandle(path));

    /// <summary>A file in memory, which cannot be mapped.</summary>
    /// <param name="name">Stands for the path in messages.</param>
    /// <param name="content">The content, which is not copied.</param>
    public static TensorFile InMemory(string name, byte[] content) => new(name, content);

    /// <summary>Fills the span with the file's bytes, starting at an offset.</summary>
    /// <exception cref="InvalidDataException">The file ends before the span is full.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = ReadSome(destination[..Math.Min(destination.Length, ChunkBytes)], offset);
            if (count == 0)
                throw new InvalidDataException($"'{Path}' ends at byte {offset}, within its data.");
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Copies values in row-major order, from a byte offset that is a multiple of the element size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tensor ends before the destination is full.</exception>
    public void ReadValues(StoredTensor stored, long offset, Span<byte> destination)
    {
        int size = stored.Type.Size();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, stored.ByteCount - offset);
        if (stored.IsContiguous)
        {
            ReadElements(stored, offset / size, destination);
            return;
        }
        for (int done = 0; done < destination.Length; done += size)
            ReadElements(stored, stored.Position((offset + done) / size), destination.Slice(done, size));
    }

    /// <summary>Copies elements in the order in which they are stored, decoded if they are stored in blocks.</summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="first">The first element.</param>
    /// <param name="destination">Receives the elements; its length is a multiple of the element size.</param>
    public void ReadElements(StoredTensor stored, long first, Span<byte> destination)
    {
        if (stored.Blocks is not { } blocks)
        {
            Read(stored.Offset + first * stored.Type.Size(), destination);
            return;
        }
        Span<float> values = MemoryMarshal.Cast<byte, float>(destination);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BlockBufferBytes);
        try
        {
            int most = (BlockBufferBytes / blocks.Bytes - 1) * blocks.Values;
            while (values.Length > 0)
            {
                int count = Math.Min(values.Length, most);
                Span<byte> span = buffer.AsSpan(0, (int)blocks.SpanBytes(first, count));
                Read(stored.Offset + blocks.BlockOf(first) * blocks.Bytes, span);
                blocks.Decode(span, (int)(first % blocks.Values), values[..count]);
                first += count;
                values = values[count..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Maps the whole file into memory; the caller disposes the mapping.</summary>
    public MappedFile Map() => new(handle);

    public void Dispose() => handle.Dispose();

    private int ReadSome(Span<byte> destination, long offset)
    {
        if (memory is null)
            return RandomAccess.Read(handle, destination, offset);
        ReadOnlySpan<byte> left = memory.AsSpan((int)Math.Min(offset, memory.Length));
        int count = Math.Min(left.Length, destination.Length);
        left[..count].CopyTo(destination);
        return count;
    }
}
