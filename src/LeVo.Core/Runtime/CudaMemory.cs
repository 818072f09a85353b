using System.Runtime.InteropServices;

namespace LeVo.Core.Runtime;

/// <summary>The memory of the CUDA device that the calling thread uses, which TorchSharp does not report.</summary>
internal static class CudaMemory
{
    private const string Function = "cuMemGetInfo_v2";

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int GetInfo(out nuint free, out nuint total);

    /// <summary>Free bytes; null if there is no driver, or the thread has not used a device yet.</summary>
    public static long? FreeBytes
    {
        get
        {
            string driver = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
            if (!NativeLibrary.TryLoad(driver, out nint library))
                return null;
            // The library stays loaded, because libtorch uses it as well.
            return NativeLibrary.TryGetExport(library, Function, out nint address)
                && Marshal.GetDelegateForFunctionPointer<GetInfo>(address)(out nuint free, out _) == 0
                    ? (long)free
                    : null;
        }
    }
}
