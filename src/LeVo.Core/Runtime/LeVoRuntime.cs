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
                if (IsLinuxX64)
                    PreloadLinuxShim();
                TouchTorch();
                ready = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new LeVoRuntimeException($"TorchSharp's native libraries could not be read: {e.Message} {Hint}", e);
            }
        }
    }

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

    private const string Hint = "This version of TorchSharp requires libtorch 2.10.0. "
        + "Reference one of the packages TorchSharp-cpu, libtorch-cpu-linux-x64 or TorchSharp-cuda-linux of that version in "
        + "the application, and make sure that its native files are published with it.";
}
