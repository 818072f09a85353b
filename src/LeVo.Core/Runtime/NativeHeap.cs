using System.Runtime.InteropServices;

namespace LeVo.Core.Runtime;

/// <summary>The C library's heap, from which libtorch takes the memory of tensors.</summary>
internal static partial class NativeHeap
{
    /// <summary>
    /// Gives freed memory back to the system. glibc keeps blocks of up to 32 MB for itself, and most of a model's tensors are
    /// smaller than that. Other systems give memory back by themselves.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library than glibc.
        }
    }

    /// <summary>
    /// Keeps freed memory for the next tensor instead of giving it back at once, with blocks of any size. By default glibc maps
    /// blocks above 128 kB to 32 MB anew each time, so that the system has to clear every page again.
    /// </summary>
    /// <returns>Whether the C library took the settings.</returns>
    public static bool KeepFreed()
    {
        const int TrimThreshold = -1, MapThreshold = -3, Largest = 1 << 30;
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return MallocOption(MapThreshold, Largest) != 0 && MallocOption(TrimThreshold, int.MaxValue) != 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // Another C library than glibc.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallocOption(int option, int value);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
