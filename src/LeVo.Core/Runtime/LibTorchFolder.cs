using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace LeVo.Core.Runtime;

/// <summary>
/// The libtorch of a PyTorch installation or of PyTorch's C++ download, instead of the one in a package. Linux x64.
/// </summary>
/// <param name="Libraries">The folder of <c>libtorch.so</c>.</param>
/// <param name="Version">Its version, such as <c>2.10.0+cu128</c>; null if no file tells it.</param>
internal sealed partial record LibTorchFolder(string Libraries, string? Version)
{
    /// <summary>The version that TorchSharp was built with.</summary>
    public const string Expected = "2.10.0";

    private const int ResolveNow = 2; // RTLD_NOW: a missing symbol is an error now, and not the end of the process later

    /// <summary>The libraries in the order of their dependencies; those of GPUs are missing in a build without them.</summary>
    private static readonly string[] Order =
        ["libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    /// <summary>Whether TorchSharp can be expected to work with it. A build, such as <c>+cu128</c>, makes no difference.</summary>
    public bool IsExpected => Version?.Split('+')[0] == Expected;

    /// <summary>Finds the libraries below a folder.</summary>
    /// <param name="folder">The folder <c>torch</c> of a PyTorch installation, the one above, or that of the C++ download.</param>
    /// <exception cref="LeVoRuntimeException">There is no libtorch; the message names the places.</exception>
    public static LibTorchFolder Find(string folder)
    {
        string[] places = [.. new[] { "", "lib", "torch/lib" }.Select(below => Path.GetFullPath(Path.Combine(folder, below)))];
        string libraries = Array.Find(places, place => File.Exists(Path.Combine(place, "libtorch.so")))
            ?? throw new LeVoRuntimeException($"There is no libtorch.so in {string.Join(", ", places)}.");
        return new(libraries, VersionOf(libraries) ?? VersionOf(Path.GetDirectoryName(libraries)!));
    }

    /// <summary>Loads the libraries and TorchSharp's shim into the process.</summary>
    /// <param name="shim">The shim.</param>
    /// <exception cref="LeVoRuntimeException">A library can't be loaded, or the shim needs a symbol that this version does not
    /// have; the message names it.</exception>
    public void Load(string shim)
    {
        foreach (string pattern in Order)
            foreach (string library in Directory.EnumerateFiles(Libraries, pattern).Order(StringComparer.Ordinal))
                Load(library, library);
        Load(shim, Path.GetFileName(shim));
    }

    private void Load(string path, string name)
    {
        _ = LastError(); // The first call looks the function up, which would clear the message of a failure.
        nint library = Open(path, ResolveNow), reason = library == 0 ? LastError() : 0;
        if (library == 0)
        {
            throw new LeVoRuntimeException($"{name} could not be loaded with the libtorch in '{Libraries}', whose version is "
                + $"{Version ?? "unknown"}; TorchSharp was built with {Expected}: {Marshal.PtrToStringUTF8(reason)}");
        }
    }

    /// <summary>The version in <c>version.py</c> of PyTorch, or in <c>build-version</c> of the C++ download.</summary>
    private static string? VersionOf(string folder)
    {
        string python = Path.Combine(folder, "version.py"), build = Path.Combine(folder, "build-version");
        return File.Exists(python) && PythonVersion().Match(File.ReadAllText(python)) is { Success: true } match
            ? match.Groups[1].Value
            : File.Exists(build) ? File.ReadAllText(build).Trim() : null;
    }

    [GeneratedRegex(@"^__version__\s*=\s*'([^']+)'", RegexOptions.Multiline)]
    private static partial Regex PythonVersion();

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint LastError();
}
