namespace LeVo.Samples.Compose;

/// <summary>The model that comes with the repository.</summary>
internal static class DemoModel
{
    private static readonly string Relative = Path.Combine("models", "levo-demo");

    /// <summary>Looks in folders and all folders above them; null if it is in none.</summary>
    public static string? Find(params IEnumerable<string> starts)
    {
        foreach (string start in starts)
            for (string? folder = Path.GetFullPath(start); folder is not null; folder = Path.GetDirectoryName(folder))
                if (Directory.Exists(Path.Combine(folder, Relative)))
                    return Path.Combine(folder, Relative);
        return null;
    }
}
