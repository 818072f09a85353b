namespace LeVo.Testing;

/// <summary>The sources that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of LeVo.sln, found upwards from the tests' own.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "LeVo.sln")))
                return folder;
        throw new InvalidOperationException($"No sources: no LeVo.sln lies above '{AppContext.BaseDirectory}'.");
    }
}
