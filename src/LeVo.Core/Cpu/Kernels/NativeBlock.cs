using System.Runtime.InteropServices;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>Aligned native memory. Pages are not committed until they are written.</summary>
internal sealed unsafe partial class NativeBlock : IDisposable
{
    private const nuint Line = 64;
    private const nuint HugePage = 1 << 21;
    private const int AdviseHugePages = 14;

    /// <param name="bytes">Size; the content is undefined.</param>
    public NativeBlock(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Bytes = bytes;
        nuint size = (nuint)Math.Max(bytes, 1);
        bool large = size >= 2 * HugePage;
        Pointer = (byte*)NativeMemory.AlignedAlloc(size, large ? HugePage : Line);
        // Huge pages reduce page walks; a failure affects only speed.
        if (large && OperatingSystem.IsLinux())
            _ = Advise(Pointer, size / HugePage * HugePage, AdviseHugePages);
    }

    ~NativeBlock() => Free();

    /// <summary>Pointer to the first byte, aligned to a cache line.</summary>
    public byte* Pointer { get; private set; }

    public long Bytes { get; }

    /// <summary>Allocates memory for floats.</summary>
    public static NativeBlock ForFloats(long count) => new(count * sizeof(float));

    public void Clear() => NativeMemory.Clear(Pointer, (nuint)Bytes);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
