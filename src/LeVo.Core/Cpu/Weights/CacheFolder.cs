using LeVo.Core.Model;

namespace LeVo.Core.Cpu.Weights;

/// <summary>Where a model's cache files lie: beside its checkpoint, their names carrying its content's hash.</summary>
/// <param name="Folder">The folder, or null to keep everything in memory.</param>
/// <param name="Stem">What all names begin with.</param>
/// <param name="Key">What the files are made from.</param>
internal sealed record CacheFolder(string? Folder, string Stem, string Key)
{
    private const int ShownDigits = 16;

    /// <summary>Nothing is kept on disk.</summary>
    public static CacheFolder None { get; } = new(null, "", "");

    /// <summary>Beside a checkpoint.</summary>
    public static CacheFolder Beside(string checkpoint)
    {
        string hash = ModelHash.Compute([checkpoint]);
        return new(Path.GetDirectoryName(Path.GetFullPath(checkpoint)),
            $"{Path.GetFileNameWithoutExtension(checkpoint)}.{hash[..ShownDigits]}", hash);
    }

    /// <summary>The path of a file of some kind, or null.</summary>
    public string? File(string kind) => Folder is null ? null : Path.Combine(Folder, $"{Stem}.{kind}.levo");
}
