using System.Runtime.InteropServices;
using LeVo.Core.IO;
using LeVo.Core.Runtime;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// A file with tensors at known places. Large tensors are mapped, not read: each has its own private copy-on-write
/// mapping, so that it stays valid when this object is disposed, never aliases another tensor, and gives its pages back
/// when disposed. Small or misaligned ones are copied. Thread-safe.
/// </summary>
internal sealed class TensorFile : IDisposable
{
    /// <summary>Smaller tensors are read: a mapping takes whole pages.</summary>
    public const long SmallestMapping = 1 << 20;

    private const int ChunkBytes = 1 << 26;
    private readonly SafeFileHandle handle;
    private long copiedBytes;

    private TensorFile(string path, SafeFileHandle handle) =>
        (Path, this.handle, Length) = (path, handle, RandomAccess.GetLength(handle));

    public string Path { get; }

    public long Length { get; }

    /// <summary>Bytes that were copied out of the file so far, those of the header not counted.</summary>
    public long CopiedBytes => Interlocked.Read(ref copiedBytes);

    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static TensorFile Open(string path) => new(path, File.OpenHandle(path));

    /// <summary>Fills the span with the file's bytes from an offset on.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(handle, destination[..Math.Min(destination.Length, ChunkBytes)], offset);
            if (count == 0)
                throw new InvalidDataException($"'{Path}' ends at byte {offset}, within its data.");
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>The stored tensor in its stored type on the CPU, owned by the caller.</summary>
    public Tensor Load(StoredTensor stored)
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        if (stored.Count == 0)
            return empty(stored.Shape, stored.Type).MoveToOuterDisposeScope();
        Tensor flat = Map(stored) ?? Copy(stored);
        // as_strided counts from the start of the storage: without the offset it would show the mapped file's start.
        Tensor shaped = stored.IsContiguous
            ? flat.view(stored.Shape)
            : flat.as_strided(stored.Shape, stored.Strides, flat.storage_offset());
        // A transposed tensor is laid out anew; an expanded one stays a view, whatever size it claims.
        if (!stored.IsContiguous && stored.ByteCount <= stored.ExtentBytes)
            shaped = shaped.contiguous();
        return shaped.MoveToOuterDisposeScope();
    }

    /// <summary>Copies values in row-major order, from a byte offset that is a multiple of the element size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tensor ends before the destination is full.</exception>
    public void ReadValues(StoredTensor stored, long offset, Span<byte> destination)
    {
        int size = ElementType.Size(stored.Type);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, stored.ByteCount - offset);
        if (stored.IsContiguous)
        {
            Read(stored.Offset + offset, destination);
            return;
        }
        for (int done = 0; done < destination.Length; done += size)
            Read(stored.Offset + stored.Position((offset + done) / size) * size, destination.Slice(done, size));
    }

    /// <summary>All bytes as memory of the caller's own, without TorchSharp.</summary>
    public MappedFile Map() => new(handle);

    public void Dispose() => handle.Dispose();

    private Tensor? Map(StoredTensor stored)
    {
        int size = ElementType.Size(stored.Type);
        if (stored.ExtentBytes < SmallestMapping || stored.Offset % size != 0)
            return null;
        try
        {
            long first = stored.Offset / size, count = stored.ExtentBytes / size;
            return from_file(MappablePath, shared: false, first + count, stored.Type).narrow(0, first, count);
        }
        catch (ExternalException)
        {
            return null; // No mapping on this system, or none this large: reading works everywhere.
        }
    }

    // The open handle's own name: a file that was replaced since has the same path and other contents.
    private string MappablePath => OperatingSystem.IsLinux() ? $"/proc/self/fd/{handle.DangerousGetHandle()}" : Path;

    private Tensor Copy(StoredTensor stored)
    {
        int size = ElementType.Size(stored.Type);
        long count = stored.ExtentBytes / size;
        Tensor flat = empty(count, stored.Type);
        for (long done = 0; done < count; done += ChunkBytes / size)
        {
            using Tensor part = flat.narrow(0, done, Math.Min(ChunkBytes / size, count - done));
            Read(stored.Offset + done * size, part.bytes);
        }
        Interlocked.Add(ref copiedBytes, stored.ExtentBytes);
        return flat;
    }
}
