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

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint pad);
}
