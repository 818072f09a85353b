using System.Runtime.InteropServices;
using TorchSharp;

namespace LeVo.Core.Runtime;

/// <summary>
/// Loads TorchSharp's native libraries. On systems whose libstdc++ is older than the one that TorchSharp's native
/// shim was linked with (Debian 12, Ubuntu 22.04, RHEL 9), a patched copy of the shim is loaded from a per-user cache
/// folder; on other systems the libraries load unchanged. Thread-safe.
/// </summary>
public static class LeVoRuntime
{
    private static readonly string[] LibrariesBeforeShim = ["libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private static readonly Lock Gate = new();
    private static volatile bool ready;
    private static (string Folder, bool AnyVersion)? chosen;

    private static bool tensorFloat32;

    /// <summary>
    /// Whether libtorch may round float32 numbers to TF32 (10 bits of mantissa) in convolutions and matrix products on CUDA,
    /// which is faster. False by default, unlike PyTorch's default for convolutions. Applies to the whole process.
    /// </summary>
    public static bool AllowTensorFloat32
    {
        get => tensorFloat32;
        set
        {
            lock (Gate)
            {
                tensorFloat32 = value;
                if (ready)
                    ApplyTensorFloat32();
            }
        }
    }

    /// <summary>Environment variable with the folder of <see cref="UseLibTorch"/>.</summary>
    public const string LibTorchVariable = "LEVO_LIBTORCH";

    /// <summary>
    /// Takes libtorch from a PyTorch installation (<c>site-packages/torch</c>) or from PyTorch's C++ download, so that the
    /// application needs no package of native libraries. Linux x64. Call it before anything uses TorchSharp. The environment
    /// variable <c>LEVO_LIBTORCH</c> does the same where this is not called.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="anyVersion">Whether another version than the one that TorchSharp was built with is used. A symbol that is
    /// missing in it is reported when it is loaded; that everything else works as expected is not known.</param>
    /// <exception cref="InvalidOperationException">libtorch is loaded already.</exception>
    /// <exception cref="LeVoRuntimeException">There is no libtorch in the folder, it has another version, or the system is not
    /// Linux x64.</exception>
    public static void UseLibTorch(string folder, bool anyVersion = false)
    {
        ArgumentNullException.ThrowIfNull(folder);
        lock (Gate)
        {
            if (ready)
                throw new InvalidOperationException("libtorch is loaded already; call UseLibTorch before anything uses it.");
            Check(folder, anyVersion);
            chosen = (folder, anyVersion);
        }
    }

    /// <summary>
    /// Loads TorchSharp and libtorch if they are not loaded yet. Returns immediately after the first success.
    /// </summary>
    /// <exception cref="LeVoRuntimeException">The native libraries are missing or can't be loaded; the message states
    /// the cause and how to fix it.</exception>
    public static void EnsureTorch()
    {
        if (ready)
            return;
        lock (Gate)
        {
            if (ready)
                return;
            try
            {
                if (chosen is null && Environment.GetEnvironmentVariable(LibTorchVariable) is { Length: > 0 } variable)
                    chosen = (variable, false);
                if (chosen is { } libTorch)
                    Check(libTorch.Folder, libTorch.AnyVersion).Load(LoadableShim());
                else if (IsLinuxX64)
                    PreloadLinuxShim();
                TouchTorch();
                ApplyTensorFloat32();
                ready = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LeVoRuntimeException($"TorchSharp's native libraries could not be read: {e.Message} {Hint}", e);
            }
        }
    }

    /// <summary>
    /// Tells the C library to keep freed memory for the next tensor (<c>mallopt</c>: <c>M_MMAP_THRESHOLD</c>,
    /// <c>M_TRIM_THRESHOLD</c>). Memory that a song needed stays with the process until a part of a model is freed. It concerns all
    /// native memory of the process, so that the application decides; call it once at the start. On systems without glibc nothing
    /// happens.
    /// </summary>
    /// <returns>Whether the settings were made.</returns>
    public static bool TuneAllocator() => NativeHeap.KeepFreed();

    /// <summary>Calls <see cref="EnsureTorch"/> and reports the outcome without throwing.</summary>
    /// <returns>The native libraries found on this machine, or the reason why they can't be loaded.</returns>
    public static LeVoRuntimeReport Probe()
    {
        string? shim = null;
        bool relaxed = false;
        try
        {
            shim = IsLinuxX64 ? FindShim() : null;
            relaxed = shim is not null && ElfVersionRelaxer.NeedsRelaxing(shim);
            EnsureTorch();
            return new LeVoRuntimeReport(true, shim, relaxed, null, torch.cuda_is_available());
        }
        catch (Exception e) when (e is LeVoRuntimeException or IOException or UnauthorizedAccessException)
        {
            return new LeVoRuntimeReport(false, shim, relaxed, e.Message, false);
        }
    }

    private static bool IsLinuxX64 =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static LibTorchFolder Check(string folder, bool anyVersion)
    {
        if (!IsLinuxX64)
            throw new LeVoRuntimeException("libtorch is taken from a folder on Linux x64 alone; reference a package here.");
        LibTorchFolder found = LibTorchFolder.Find(folder);
        return anyVersion || found.IsExpected ? found : throw new LeVoRuntimeException(
            $"The libtorch in '{found.Libraries}' has version {found.Version ?? "unknown"}; TorchSharp needs "
            + $"{LibTorchFolder.Expected}. LeVoRuntime.UseLibTorch(folder, anyVersion: true) tries it all the same.");
    }

    /// <summary>The shim as this system can load it.</summary>
    private static string LoadableShim()
    {
        string shim = FindShim() ?? throw new LeVoRuntimeException(
            $"{NativeShim.FileName} of the package TorchSharp is in none of {string.Join(", ", Folders)}.");
        return ElfVersionRelaxer.NeedsRelaxing(shim) ? NativeShim.WriteRelaxedCopy(shim, NativeShim.Caches()) : shim;
    }

    private static void TouchTorch()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            string reason = IsLinuxX64 && FindShim() is null
                ? $"{NativeShim.FileName} is in none of {string.Join(", ", Folders)}."
                : OneLine(e.GetBaseException());
            throw new LeVoRuntimeException($"TorchSharp's native libraries could not be loaded: {reason} {Hint}", e);
        }
    }

    private static void ApplyTensorFloat32() =>
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = tensorFloat32;

    private static void PreloadLinuxShim()
    {
        string? shim = FindShim();
        if (shim is null || !ElfVersionRelaxer.NeedsRelaxing(shim))
            return; // Loadable unchanged, or in a folder that only TorchSharp's own loader searches.
        string folder = Path.GetDirectoryName(shim)!;
        foreach (string pattern in LibrariesBeforeShim)
            foreach (string library in Directory.EnumerateFiles(folder, pattern))
                Load(library);
        Load(NativeShim.WriteRelaxedCopy(shim, NativeShim.Caches()));
    }

    private static void Load(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new LeVoRuntimeException(
                $"TorchSharp's native library {Path.GetFileName(path)} could not be loaded: {OneLine(e)} {Hint}", e);
        }
    }

    private static string? FindShim() => NativeShim.Find(Folders);

    private static IEnumerable<string> Folders =>
    [
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        AppContext.BaseDirectory,
        Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"),
    ];

    private static string OneLine(Exception e) => string.Join(' ', e.Message.Split(
        '\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct());

    private const string Hint = $"This version of TorchSharp requires libtorch {LibTorchFolder.Expected}. "
        + "Reference one of the packages TorchSharp-cpu, libtorch-cpu-linux-x64 or TorchSharp-cuda-linux of that version in "
        + "the application, and make sure that its native files are published with it.";
}
