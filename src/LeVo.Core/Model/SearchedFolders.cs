namespace LeVo.Core.Model;

/// <summary>
/// The folders in which the files that a configuration names are looked up. A release keeps models, <c>ckpt/</c>,
/// <c>third_party/</c> and <c>conf/</c> in one root, which is the current directory of its programs; a model folder lies in the
/// root or in a folder of it.
/// </summary>
internal static class SearchedFolders
{
    private const int Ancestors = 3;
    private const int MostSiblings = 1000;

    // What a download of the release's common files has.
    private static readonly string[] RuntimeFolders = ["ckpt", "third_party"];

    /// <summary>All folders, in the order of the search.</summary>
    /// <param name="model">The model folder.</param>
    /// <param name="extraRoot">The root that the caller names, or null.</param>
    public static IReadOnlyList<string> Of(string model, string? extraRoot)
    {
        var folders = new List<string> { model };
        if (extraRoot is not null)
            folders.Add(Path.GetFullPath(extraRoot));
        string? ancestor = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(model));
        string? parent = ancestor;
        for (int i = 0; i < Ancestors && ancestor is not null; i++, ancestor = Path.GetDirectoryName(ancestor))
            folders.Add(ancestor);
        folders.AddRange(Runtimes(parent));
        folders.Add(Directory.GetCurrentDirectory());
        return [.. folders.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Folders beside the model that hold the release's common files.</summary>
    private static string[] Runtimes(string? parent)
    {
        try
        {
            return parent is null
                ? []
                : [.. Directory.EnumerateDirectories(parent).Take(MostSiblings).Order(StringComparer.Ordinal).Where(folder =>
                    RuntimeFolders.All(name => Directory.Exists(Path.Combine(folder, name))))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
