using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace LeVo.Core.IO;

/// <summary>A file's bytes as read-only memory: pages are loaded when they are touched and are the system's to drop.</summary>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <param name="handle">The open file, which stays the caller's and may be closed.</param>
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

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; }

    public long Length { get; }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
