namespace LeVo.Benchmarks;

/// <summary>A copy of a model folder whose songs may last longer, for times: what the model makes beyond its own limit is no
/// music.</summary>
internal sealed class LongerModel : IDisposable
{
    private const int FrameRate = 25, PrefixPositions = 1024;

    private readonly DirectoryInfo copy = Directory.CreateTempSubdirectory("levo-longer-");

    /// <param name="model">The model folder.</param>
    /// <param name="seconds">The longest song.</param>
    public LongerModel(string model, int seconds)
    {
        foreach (string file in Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories))
        {
            string target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(model, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        string config = System.IO.Path.Combine(Path, "config.yaml");
        File.WriteAllLines(config, File.ReadAllLines(config).Select(line => line switch
        {
            _ when line.StartsWith("max_dur:", StringComparison.Ordinal) => $"max_dur: {seconds}",
            _ when line.Contains("max_position_embeddings", StringComparison.Ordinal) =>
                $"{line[..line.IndexOf(':')]}: {PrefixPositions + FrameRate * seconds}",
            _ => line,
        }));
    }

    /// <summary>The copy.</summary>
    public string Path => copy.FullName;

    public void Dispose() => copy.Delete(recursive: true);
}
