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

    /// <summary>No cache on disk.</summary>
    public static CacheFolder None { get; } = new(null, "", "");

    /// <summary>Creates the location next to a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="adapters">What is added to its weights: other weights have other files.</param>
    public static CacheFolder Beside(string checkpoint, AdapterSet adapters)
    {
        string hash = adapters.HashWith(ModelHash.Compute(ShardIndex.FilesOf(checkpoint)));
        return new(Path.GetDirectoryName(Path.GetFullPath(checkpoint)),
            $"{Path.GetFileNameWithoutExtension(checkpoint)}.{hash[..ShownDigits]}", hash);
    }

    /// <summary>The path of a cache file of a kind, or null.</summary>
    public string? File(string kind) => Folder is null ? null : Path.Combine(Folder, $"{Stem}.{kind}.levo");
}
