using LeVo.Core.Checkpoints;
using LeVo.Core.IO;
using LeVo.Core.Tokens;
using PromptLists = System.Collections.Generic.Dictionary<string, System.Collections.Generic.IReadOnlyDictionary<
    string, System.Collections.Generic.IReadOnlyList<LeVo.Core.Tokens.SongTokens>>>;

namespace LeVo.Core.Prompts;

/// <summary>Reads files of auto prompts. Untrusted: counts, shapes and codes are checked.</summary>
internal static class AutoPromptFile
{
    private const long MostBytes = 1L << 28;
    private const int MostPrompts = 100_000, MostFrames = 10_000, MostCode = 1 << 20;

    public static AutoPrompts Read(string path, int frameRate)
    {
        using TensorFile file = TensorFile.Open(path);
        if (file.Length > MostBytes)
            throw Broken(path, $"it has {file.Length} bytes, more than {MostBytes}");
        byte[] start = new byte[Math.Min(file.Length, ForeignContent.StartBytes)];
        file.Read(0, start);
        if (ForeignContent.Describe(start, file.Length) is { } foreign)
            throw new InvalidDataException($"'{path}' {foreign}.");
        return start.AsSpan().StartsWith("PK"u8) ? ReadArchive(path, file, frameRate) : ReadSafetensors(path, frameRate);
    }

    private static AutoPrompts ReadSafetensors(string path, int frameRate)
    {
        using Checkpoint file = Checkpoint.Open(path);
        var lists = new Dictionary<string, Dictionary<string, List<string>>>(StringComparer.Ordinal);
        foreach (string name in file.Tensors.Keys.Order(StringComparer.Ordinal))
        {
            // A genre may contain a slash: R&B/Soul.
            if (name.Split('/') is not [_, _, _, ..] parts)
                throw Broken(path, $"'{name}' is not named genre/language/index");
            string genre = string.Join('/', parts[..^2]);
            if (!lists.TryGetValue(genre, out Dictionary<string, List<string>>? languages))
                lists.Add(genre, languages = new(StringComparer.Ordinal));
            if (!languages.TryGetValue(parts[^2], out List<string>? names))
                languages.Add(parts[^2], names = []);
            names.Add(name);
        }
        var read = new PromptLists(StringComparer.Ordinal);
        foreach ((string genre, Dictionary<string, List<string>> languages) in lists)
            read.Add(genre, languages.ToDictionary(pair => pair.Key,
                pair => (IReadOnlyList<SongTokens>)[.. pair.Value.Select(name => Codes(path, file, name, frameRate))]));
        return Checked(path, read);
    }

    private static AutoPrompts ReadArchive(string path, TensorFile file, int frameRate)
    {
        // The directory of tensors names them by their places; the containers tell genres, languages and empty lists.
        TorchArchive archive = TorchArchive.Read(file);
        if (archive.Content is not PickleDict genres)
            throw Broken(path, "it is no dictionary of genres");
        using Checkpoint values = Checkpoint.Open(path);
        var read = new PromptLists(StringComparer.Ordinal);
        foreach ((object? key, object? content) in genres)
        {
            if (key is not string genre)
                throw Broken(path, $"its key '{key}' is no genre");
            var languages = new Dictionary<string, IReadOnlyList<SongTokens>>(StringComparer.Ordinal);
            if (content is PickleDict byLanguage)
            {
                foreach ((object? language, object? list) in byLanguage)
                {
                    string name = language as string ?? throw Broken(path, $"'{genre}' has the key '{language}', no language");
                    if (name.Length == 0 || !languages.TryAdd(name, List(list, $"{genre}.{name}")))
                        throw Broken(path, $"'{genre}' has the language '{name}' twice, or without a name");
                }
            }
            else
                languages.Add(AutoPrompts.AnyLanguage, List(content, genre));
            if (!read.TryAdd(genre, languages))
                throw Broken(path, $"it has the genre '{genre}' twice");
        }
        return Checked(path, read);

        IReadOnlyList<SongTokens> List(object? content, string name) => content is IReadOnlyList<object?> items
            && items.All(item => item is TorchTensor)
            ? [.. items.Select((_, i) => Codes(path, values, $"{name}.{i}", frameRate))]
            : throw Broken(path, $"'{name}' is no list of tensors");
    }

    private static SongTokens Codes(string path, Checkpoint file, string name, int frameRate)
    {
        StoredTensor stored = file.Tensors.GetValueOrDefault(name) ?? throw Broken(path, $"it has no tensor '{name}'");
        if (stored.Shape is not ([1, SongTokens.RowCount, >= 1 and <= MostFrames] or [SongTokens.RowCount, >= 1 and <= MostFrames]))
        {
            throw Broken(path, $"'{name}' has the shape {StoredTensor.Text(stored.Shape)}, not [1, {SongTokens.RowCount}, frames] "
                + $"with 1 to {MostFrames} frames");
        }
        long[] codes = stored.Type switch
        {
            ElementType.Int64 => file.Values<long>(name),
            ElementType.Int32 => [.. file.Values<int>(name).Select(code => (long)code)],
            ElementType.Int16 => [.. file.Values<short>(name).Select(code => (long)code)],
            _ => throw Broken(path, $"'{name}' has the type {stored.Type}, no integers"),
        };
        long wrong = codes.FirstOrDefault(code => code is < 0 or >= MostCode, 0);
        return wrong == 0
            ? SongTokens.FromCodes([.. codes.Select(code => (int)code)], frameRate)
            : throw Broken(path, $"'{name}' has the code {wrong}");
    }

    private static AutoPrompts Checked(string path, PromptLists lists) =>
        lists.Count == 0 ? throw Broken(path, "it has no genres")
        : lists.Values.Sum(languages => languages.Values.Sum(list => (long)list.Count)) > MostPrompts
        ? throw Broken(path, $"it has more than {MostPrompts} prompts")
        : new(path, lists);

    private static InvalidDataException Broken(string path, string problem) =>
        new($"'{path}' is no file of auto prompts: {problem}.");
}
