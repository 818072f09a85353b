using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace LeVo.Core.IO;

/// <summary>
/// A read-only memory-mapped file. The operating system loads pages on first access and may evict them.
/// </summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <param name="handle">The open file; the caller keeps ownership and may close it after construction.</param>
    /// <exception cref="IOException">The file is empty or can't be mapped.</exception>
    public MappedFile(SafeFileHandle handle)
    {
        Length = RandomAccess.GetLength(handle);
        if (Length == 0)
            throw new IOException("An empty file can't be mapped.");
        file = MemoryMappedFile.CreateFromFile(
            handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        view = file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Pointer = start + view.PointerOffset;
    }

    /// <summary>Pointer to the first byte.</summary>
    public byte* Pointer { get; }

    public long Length { get; }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
