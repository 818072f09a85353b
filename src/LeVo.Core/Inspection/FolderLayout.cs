namespace LeVo.Core.Inspection;

/// <summary>Where the common files of a model were found, in words.</summary>
internal static class FolderLayout
{
    /// <summary>The place of a file.</summary>
    /// <param name="model">The model folder.</param>
    /// <param name="file">A file that the model's configuration names.</param>
    /// <param name="extraRoot">The root that the caller names, or null.</param>
    public static string Describe(string model, string file, string? extraRoot)
    {
        if (Under(file, model))
            return "everything in the model folder";
        if (extraRoot is not null && Under(file, Path.GetFullPath(extraRoot)))
            return $"common files in the given root '{Path.GetFullPath(extraRoot)}' (layout D)";
        string? root = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(model));
        if (root is not null && IsRootOf(root, file))
            return $"common files in '{root}', which holds the model folder (layout A)";
        for (string? above = Path.GetDirectoryName(root); above is not null; above = Path.GetDirectoryName(above))
        {
            if (IsRootOf(above, file))
                return $"common files in '{above}', above the model folder (layout B)";
        }
        return root is not null && Under(file, root)
            ? $"common files in a folder beside the model folder (layout C): {file}"
            : $"common files elsewhere: {file}";
    }

    private static bool Under(string file, string folder) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Whether a folder holds the file in one of a release's folders.</summary>
    private static bool IsRootOf(string folder, string file) => Under(file, folder)
        && Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is "ckpt" or "third_party" or "conf";
}
