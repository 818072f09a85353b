using System.Security.Cryptography;

namespace LeVo.Core.Runtime;

/// <summary>TorchSharp's native shim on Linux: where it lies, and the copy of it that older systems load.</summary>
internal static class NativeShim
{
    public const string FileName = "libLibTorchSharp.so";

    /// <summary>Names a folder for the copy in place of the user's own.</summary>
    public const string CacheVariable = "LEVO_NATIVE_CACHE";

    /// <summary>The shim in the first of the folders that has it with libtorch beside it, else in the first that has it
    /// alone.</summary>
    public static string? Find(IEnumerable<string> folders) => folders
        .Select(folder => Path.Combine(folder, FileName))
        .Where(File.Exists)
        // The shim of a bare TorchSharp package has no libtorch beside it.
        .OrderByDescending(path => File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "libtorch.so")))
        .FirstOrDefault();

    /// <summary>Folders for the copy, the best first: the chosen one alone, or the user's and a new one that only this process
    /// uses.</summary>
    public static IEnumerable<Func<string>> Caches()
    {
        if (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } chosen)
            return [() => chosen];
        string own = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        Func<string> temporary = () => Directory.CreateTempSubdirectory("levo-native-").FullName;
        return Path.IsPathRooted(own) ? [() => Path.Combine(own, "levo", "native"), temporary] : [temporary];
    }

    /// <summary>Writes a copy without the demand for a newer libstdc++, unless the very same bytes are there already.</summary>
    /// <param name="shim">The shim.</param>
    /// <param name="caches">Folders to try in order.</param>
    /// <returns>The copy's path.</returns>
    /// <exception cref="LeVoRuntimeException">None of the folders can be written; it names them all.</exception>
    public static string WriteRelaxedCopy(string shim, IEnumerable<Func<string>> caches)
    {
        var problems = new List<Exception>();
        foreach (Func<string> cache in caches)
        {
            try
            {
                byte[] relaxed = ElfVersionRelaxer.Relax(File.ReadAllBytes(shim));
                return Write(Path.Combine(cache(), Convert.ToHexStringLower(SHA256.HashData(relaxed))), relaxed);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                problems.Add(e);
            }
        }
        throw new LeVoRuntimeException(
            "TorchSharp's shim needs a newer libstdc++ than this system has, and the mended copy could not be written: "
            + $"{string.Join(' ', problems.Select(problem => problem.Message))} Point {CacheVariable} at a writable folder.",
            problems.LastOrDefault());
    }

    private static string Write(string folder, byte[] content)
    {
        string copy = Path.Combine(folder, FileName);
        if (File.Exists(copy) && File.ReadAllBytes(copy).AsSpan().SequenceEqual(content))
            return copy;
        Directory.CreateDirectory(folder);
        IO.AtomicFile.Write(copy, stream => stream.Write(content));
        return copy;
    }
}
