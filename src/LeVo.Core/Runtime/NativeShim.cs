using System.Security.Cryptography;

namespace LeVo.Core.Runtime;

/// <summary>Finds TorchSharp's native shim on Linux and writes the patched copy that older systems load.</summary>
internal static class NativeShim
{
    public const string FileName = "libLibTorchSharp.so";

    /// <summary>Environment variable with the folder for the patched copy, instead of the per-user cache.</summary>
    public const string CacheVariable = "LEVO_NATIVE_CACHE";

    /// <summary>
    /// The shim in the first folder that contains it together with libtorch, else in the first folder that contains
    /// it.
    /// </summary>
    public static string? Find(IEnumerable<string> folders) => folders
        .Select(folder => Path.Combine(folder, FileName))
        .Where(File.Exists)
        // The folder of the TorchSharp package alone contains the shim without libtorch.
        .OrderByDescending(path => File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "libtorch.so")))
        .FirstOrDefault();

    /// <summary>
    /// Folders for the patched copy, in order of preference: only the one set by <see cref="CacheVariable"/>, or the
    /// user's cache folder and then a new temporary folder.
    /// </summary>
    public static IEnumerable<Func<string>> Caches()
    {
        if (Environment.GetEnvironmentVariable(CacheVariable) is { Length: > 0 } chosen)
            return [() => chosen];
        string own = Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        Func<string> temporary = () => Directory.CreateTempSubdirectory("levo-native-").FullName;
        return Path.IsPathRooted(own) ? [() => Path.Combine(own, "levo", "native"), temporary] : [temporary];
    }

    /// <summary>
    /// Writes a patched copy that does not require a newer libstdc++, unless the same content already exists.
    /// </summary>
    /// <param name="shim">The shim.</param>
    /// <param name="caches">Folders to try in order.</param>
    /// <returns>The copy's path.</returns>
    /// <exception cref="LeVoRuntimeException">None of the folders can be written; the message names them
    /// all.</exception>
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
            "TorchSharp's shim needs a newer libstdc++ than this system has, and the patched copy could not be written: "
            + $"{string.Join(' ', problems.Select(problem => problem.Message))} Set {CacheVariable} to a writable folder.",
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
