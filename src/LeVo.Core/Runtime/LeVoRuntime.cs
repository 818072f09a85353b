using System.Runtime.InteropServices;
using TorchSharp;

namespace LeVo.Core.Runtime;

/// <summary>
/// The one gate before the first touch of TorchSharp. On systems whose libstdc++ is older than the one TorchSharp's
/// native shim was linked with (Debian 12, Ubuntu 22.04, RHEL 9) it loads a relaxed copy of that shim from a per-user
/// cache; everywhere else it does nothing. Thread-safe.
/// </summary>
public static class LeVoRuntime
{
    private static readonly string[] LibrariesBeforeShim = ["libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libtorch.so"];
    private static readonly Lock Gate = new();
    private static volatile bool ready;

    /// <summary>Makes sure that TorchSharp and libtorch are loaded. Cheap after the first success.</summary>
    /// <exception cref="LeVoRuntimeException">The native libraries are missing or can't be loaded; the message says
    /// what was looked for and how to mend it.</exception>
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
                throw new LeVoRuntimeException($"TorchSharp's native libraries could not be read: {e.Message} {Mend}", e);
            }
        }
    }

    /// <summary>Describes what <see cref="EnsureTorch"/> finds on this machine, without throwing.</summary>
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
            throw new LeVoRuntimeException($"TorchSharp's native libraries could not be loaded: {reason} {Mend}", e);
        }
    }

    private static void PreloadLinuxShim()
    {
        string? shim = FindShim();
        if (shim is null || !ElfVersionRelaxer.NeedsRelaxing(shim))
            return; // Found and loadable as it is, or placed somewhere only TorchSharp itself knows.
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
                $"TorchSharp's native library {Path.GetFileName(path)} could not be loaded: {OneLine(e)} {Mend}", e);
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

    private const string Mend = "This TorchSharp needs libtorch 2.10.0 beside it. "
        + "Reference one of the packages TorchSharp-cpu, libtorch-cpu-linux-x64 or TorchSharp-cuda-linux of that version in "
        + "the application, and make sure that its native files are published with it.";
}
