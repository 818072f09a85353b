namespace LeVo.Core.Checkpoints;

/// <summary>Opens the files of an index and joins their tensors.</summary>
internal static class Shards
{
    /// <summary>The tensors that the index names.</summary>
    /// <param name="path">The index.</param>
    /// <param name="files">Receives the open files, also when the method fails.</param>
    /// <exception cref="InvalidDataException">The index or a file is invalid, or a file lacks a tensor.</exception>
    /// <exception cref="IOException">Files are missing; the message lists all of them.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(string path, List<TensorFile> files)
    {
        ShardIndex index = ShardIndex.Read(path);
        string[] missing = [.. index.Files.Where(file => !File.Exists(file)).Select(file => $"'{file}'")];
        if (missing.Length > 0)
            throw new FileNotFoundException($"'{path}' names files that do not exist: {string.Join(", ", missing)}.");
        var parts = new List<IReadOnlyDictionary<string, StoredTensor>>();
        foreach (string file in index.Files)
        {
            files.Add(TensorFile.Open(file));
            parts.Add(TensorFormat.Read(files[^1], known: null).Tensors);
        }
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach ((string name, int place) in index.Tensors)
        {
            tensors[name] = parts[place].TryGetValue(name, out StoredTensor? stored)
                ? stored with { File = place }
                : throw new InvalidDataException($"'{index.Files[place]}' lacks '{name}', which '{path}' places there.");
        }
        return tensors;
    }
}
