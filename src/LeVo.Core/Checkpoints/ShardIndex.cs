using System.Text.Json;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// The index of a checkpoint in several files, as <c>model.safetensors.index.json</c>: which file holds which tensor. The
/// files lie in the index's folder.
/// </summary>
/// <param name="Files">Full paths of the files, ordered by name.</param>
/// <param name="Tensors">The place of each tensor in <paramref name="Files"/>, by name.</param>
internal sealed record ShardIndex(IReadOnlyList<string> Files, IReadOnlyDictionary<string, int> Tensors)
{
    /// <summary>How names of such files end.</summary>
    public const string Extension = ".index.json";

    private const long MaxBytes = 1 << 26;
    private const int MaxFiles = 1 << 12;

    /// <summary>Whether a path is an index rather than a file of tensors.</summary>
    public static bool IsIndex(string path) => path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);

    /// <summary>All files of a checkpoint: the index and what it names, or the file alone.</summary>
    public static IReadOnlyList<string> FilesOf(string path) => IsIndex(path) ? [path, .. Read(path).Files] : [path];

    /// <exception cref="InvalidDataException">The index is not valid, or names files outside its folder.</exception>
    /// <exception cref="IOException">The index can't be read.</exception>
    public static ShardIndex Read(string path)
    {
        using TensorFile file = TensorFile.Open(path);
        if (file.Length > MaxBytes)
            throw new InvalidDataException($"'{path}' has {file.Length} bytes, too many for an index.");
        byte[] text = new byte[file.Length];
        file.Read(0, text);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out JsonElement map)
                || map.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"'{path}' has no object 'weight_map'.");
            }
            var names = map.EnumerateObject().Select(pair => (pair.Name, File: FileName(path, pair))).ToArray();
            string[] files = [.. names.Select(pair => pair.File).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (files.Length is 0 or > MaxFiles)
                throw new InvalidDataException($"'{path}' names {files.Length} files.");
            var tensors = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach ((string name, string shard) in names)
            {
                if (!tensors.TryAdd(name, Array.BinarySearch(files, shard, StringComparer.Ordinal)))
                    throw new InvalidDataException($"'{path}' names '{name}' twice.");
            }
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return new([.. files.Select(name => Path.Combine(folder, name))], tensors);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not valid JSON: {e.Message}", e);
        }
    }

    private static string FileName(string path, JsonProperty pair)
    {
        string name = pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : "";
        return name.Length > 0 && name is not ("." or "..") && name.IndexOfAny(['/', '\\', ':', '\0']) < 0
            ? name
            : throw new InvalidDataException($"'{path}': '{pair.Name}' is in '{name}', which is not a file name.");
    }
}
