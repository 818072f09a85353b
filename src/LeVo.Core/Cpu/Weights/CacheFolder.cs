using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// The location of a model's cache files: next to its checkpoint, with a hash of its content in their names.
/// </summary>
/// <param name="Folder">The folder, or null to cache in memory only.</param>
/// <param name="Stem">The prefix of all file names.</param>
/// <param name="Key">The key that identifies the checkpoint.</param>
internal sealed record CacheFolder(string? Folder, string Stem, string Key)
{
    private const int ShownDigits = 16;

    /// <summary>Combinations of adapters whose files are kept beside a checkpoint.</summary>
    private const int KeptCombinations = 4;

    private const string Adapted = ".adapted-";

    /// <summary>No cache on disk.</summary>
    public static CacheFolder None { get; } = new(null, "", "");

    /// <summary>Creates the location next to a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="adapters">What is added to its weights: other weights have other files.</param>
    public static CacheFolder Beside(string checkpoint, AdapterSet adapters)
    {
        string hash = adapters.HashWith(ModelHash.Compute(ShardIndex.FilesOf(checkpoint)));
        return new(Path.GetDirectoryName(Path.GetFullPath(checkpoint)),
            $"{Path.GetFileNameWithoutExtension(checkpoint)}{(adapters.IsEmpty ? "." : Adapted)}{hash[..ShownDigits]}", hash);
    }

    /// <summary>The path of a cache file of a kind, or null.</summary>
    public string? File(string kind) => Folder is null ? null : Path.Combine(Folder, $"{Stem}.{kind}.levo");

    /// <summary>
    /// Deletes the files of other combinations of adapters, except those of the ones that were used last. Files that cannot be
    /// deleted stay.
    /// </summary>
    public void KeepRecent()
    {
        int end = Stem.LastIndexOf(Adapted, StringComparison.Ordinal);
        if (Folder is null || end < 0)
            return;
        try
        {
            FileInfo[] files = [.. new DirectoryInfo(Folder).GetFiles(Stem[..end] + Adapted + "*.levo")
                .Where(file => file.Name.Length > Stem.Length)];
            foreach (FileInfo file in files.Where(IsOwn))
                file.LastWriteTimeUtc = DateTime.UtcNow;
            foreach (FileInfo file in files.Where(file => !IsOwn(file)).GroupBy(file => file.Name[..Stem.Length])
                .OrderByDescending(one => one.Max(file => file.LastWriteTimeUtc)).Skip(KeptCombinations - 1).SelectMany(one => one))
            {
                file.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that is only read, or a file that another process on Windows has open: the next start tries again.
        }

        bool IsOwn(FileInfo file) => file.Name.StartsWith(Stem, StringComparison.Ordinal);
    }
}
