using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace LeVo.Core.Runtime;

/// <summary>
/// The one gate before the first touch of TorchSharp. On systems whose libstdc++ is older than the one TorchSharp's
/// native shim was linked with (Debian 12, Ubuntu 22.04, RHEL 9) it loads a relaxed copy of that shim from a per-user
/// cache; everywhere else it does nothing. Thread-safe.
/// </summary>
public static class LeVoRuntime
{
    private const string ShimFileName = "libLibTorchSharp.so";
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
            if (IsLinuxX64)
                PreloadLinuxShim();
            TouchTorch();
            ready = true;
        }
    }

    /// <summary>Describes what <see cref="EnsureTorch"/> finds on this machine, without throwing.</summary>
    public static LeVoRuntimeReport Probe()
    {
        string? shim = IsLinuxX64 ? FindShim() : null;
        bool relaxed = shim is not null && ElfVersionRelaxer.NeedsRelaxing(shim);
        try
        {
            EnsureTorch();
            return new LeVoRuntimeReport(true, shim, relaxed, null, torch.cuda_is_available());
        }
        catch (LeVoRuntimeException e)
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
            throw new LeVoRuntimeException(
                "TorchSharp's native libraries could not be loaded: " + e.Message.Trim() + " " + Mend, e);
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
        Load(WriteRelaxedCopy(shim));
    }

    private static void Load(string path)
    {
        try
        {
            NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new LeVoRuntimeException($"'{path}' could not be loaded: {e.Message.Trim()} {Mend}", e);
        }
    }

    private static string? FindShim()
    {
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Append(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native"))
            .Select(folder => Path.Combine(folder, ShimFileName))
            // The shim of a bare TorchSharp package has no libtorch beside it.
            .Where(File.Exists)
            .OrderByDescending(path => File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "libtorch.so")))
            .FirstOrDefault();
    }

    private static string WriteRelaxedCopy(string shim)
    {
        byte[] relaxed = ElfVersionRelaxer.Relax(File.ReadAllBytes(shim));
        string hash = Convert.ToHexStringLower(SHA256.HashData(relaxed));
        string cache = Environment.GetEnvironmentVariable("LEVO_NATIVE_CACHE") is { Length: > 0 } chosen
            ? chosen
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                Environment.SpecialFolderOption.DoNotVerify), "levo", "native");
        string folder = Path.Combine(cache, hash);
        string copy = Path.Combine(folder, ShimFileName);
        try
        {
            if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(relaxed))
                return copy;
            Directory.CreateDirectory(folder);
            string temporary = $"{copy}.{Guid.NewGuid():N}.tmp";
            File.WriteAllBytes(temporary, relaxed);
            File.Move(temporary, copy, overwrite: true);
            return copy;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LeVoRuntimeException(
                $"TorchSharp's shim needs a newer libstdc++ than this system has, and the mended copy could not be written " +
                $"to '{folder}': {e.Message} Point LEVO_NATIVE_CACHE at a writable folder.", e);
        }
    }

    private const string Mend =
        "Reference one of the packages TorchSharp-cpu, libtorch-cpu-linux-x64 (2.10.0) or TorchSharp-cuda-linux in the " +
        "application, and make sure that its native files are published with it.";
}
