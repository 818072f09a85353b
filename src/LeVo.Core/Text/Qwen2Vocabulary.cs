using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LeVo.Core.IO;

namespace LeVo.Core.Text;

/// <summary>
/// A byte-level BPE vocabulary in Qwen2's file format: vocab.json, merges.txt and the added tokens of
/// tokenizer_config.json. Loaded once and shared by several <see cref="Qwen2Tokenizer"/>s, which add their own tokens.
/// Thread-safe.
/// </summary>
internal sealed class Qwen2Vocabulary
{
    private const int CachedWords = 1 << 14, CachedWordLength = 64;
    private const int BytesPerEntry = 12; // approximate, for Qwen2's files
    private readonly Dictionary<string, int> ids;
    private readonly int[] byteIds;
    private readonly BytePairMerger merger;
    private readonly ConcurrentDictionary<string, int[]> words = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> wordsBySpan;

    private Qwen2Vocabulary(Dictionary<string, int> ids, int[] byteIds,
        Dictionary<(int Left, int Right), BytePairMerge> merges, Dictionary<string, int> addedTokens)
    {
        this.ids = ids;
        this.byteIds = byteIds;
        merger = new(merges);
        AddedTokens = addedTokens;
        wordsBySpan = words.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Entries of vocab.json.</summary>
    public int BaseCount => ids.Count;

    /// <summary>Added tokens of tokenizer_config.json and their ids.</summary>
    public IReadOnlyDictionary<string, int> AddedTokens { get; }

    /// <summary>
    /// Loads a folder. Without tokenizer_config.json the added tokens are Qwen2's three standard ones.
    /// </summary>
    /// <exception cref="FileNotFoundException">vocab.json or merges.txt is missing.</exception>
    /// <exception cref="InvalidDataException">A file is invalid, or the files do not match.</exception>
    public static Qwen2Vocabulary Load(string folder)
    {
        string vocabulary = Path.Combine(folder, "vocab.json"), merges = Path.Combine(folder, "merges.txt");
        string config = Path.Combine(folder, "tokenizer_config.json");
        Dictionary<string, int> ids = ReadVocabulary(vocabulary);
        RefuseForeign(merges);
        return new(ids, ByteIds(vocabulary, ids), ReadMerges(merges, File.ReadAllText(merges), ids),
            File.Exists(config) ? ReadAddedTokens(config, File.ReadAllText(config)) : StandardTokens(ids.Count));
    }

    /// <summary>Creates a vocabulary from lists.</summary>
    /// <param name="what">Where they come from, for error messages.</param>
    /// <param name="tokens">The entries in the order of their ids.</param>
    /// <param name="merges">Pairs of symbols, separated by a space.</param>
    /// <param name="config">The content of tokenizer_config.json, or null.</param>
    /// <exception cref="InvalidDataException">The lists are invalid, or do not match.</exception>
    public static Qwen2Vocabulary Create(string what, IReadOnlyList<string> tokens, IReadOnlyList<string> merges, string? config)
    {
        var ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        foreach ((int id, string token) in tokens.Index())
            if (!ids.TryAdd(token, id))
                throw Broken(what, $"the entry '{token}' occurs twice");
        return new(ids, ByteIds(what, ids), ReadMerges(what, string.Join('\n', merges), ids),
            config is null ? StandardTokens(ids.Count) : ReadAddedTokens(what, config));
    }

    /// <summary>The id of an entry of vocab.json, or null.</summary>
    public int? IdOf(string token) => ids.TryGetValue(token, out int id) ? id : null;

    /// <summary>Appends the ids of a normalised text that contains no added tokens.</summary>
    public void Encode(ReadOnlySpan<char> text, List<int> result)
    {
        while (!text.IsEmpty)
        {
            int length = PreTokenizer.NextLength(text);
            result.AddRange(Word(text[..length]));
            text = text[length..];
        }
    }

    private int[] Word(ReadOnlySpan<char> word)
    {
        if (wordsBySpan.TryGetValue(word, out int[]? known))
            return known;
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(word.Length)];
        int[] symbols = new int[Encoding.UTF8.GetBytes(word, bytes)];
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = byteIds[bytes[i]];
        int[] merged = symbols[..merger.Merge(symbols)];
        if (word.Length <= CachedWordLength && words.Count < CachedWords)
            wordsBySpan.TryAdd(word, merged);
        return merged;
    }

    private static void RefuseForeign(string path)
    {
        // An empty list of merges is valid.
        if (new FileInfo(path).Length > 0 && ForeignContent.DescribeText(path) is { } foreign)
            throw new InvalidDataException($"'{path}' {foreign}.");
    }

    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        RefuseForeign(path);
        byte[] bytes = File.ReadAllBytes(path);
        bool marked = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        var reader = new Utf8JsonReader(bytes.AsSpan(marked ? Encoding.UTF8.Preamble.Length : 0));
        var ids = new Dictionary<string, int>(bytes.Length / BytesPerEntry, StringComparer.Ordinal);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw Broken(path, "it is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string token = reader.GetString()!;
                if (!reader.Read() || reader.TokenType != JsonTokenType.Number
                    || !reader.TryGetInt32(out int id) || id < 0)
                    throw Broken(path, $"the entry '{token}' has no id");
                if (!ids.TryAdd(token, id))
                    throw Broken(path, $"the entry '{token}' occurs twice");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' is not JSON: {e.Message}", e);
        }
        // When 0 .. n-1 are each used once, the ids of added tokens follow from the counts.
        var seen = new bool[ids.Count];
        foreach ((string token, int id) in ids)
        {
            if (id >= seen.Length || seen[id])
                throw Broken(path, $"the id {id} of '{token}' occurs twice or leaves a gap");
            seen[id] = true;
        }
        return ids;
    }

    private static int[] ByteIds(string path, Dictionary<string, int> ids)
    {
        var byteIds = new int[256];
        for (int value = 0; value < 256; value++)
            if (!ids.TryGetValue(ByteSymbols.All[value].ToString(), out byteIds[value]))
                throw Broken(path, $"there is no symbol '{ByteSymbols.All[value]}' of byte {value}");
        return byteIds;
    }

    private static Dictionary<(int Left, int Right), BytePairMerge> ReadMerges(
        string path, string text, Dictionary<string, int> ids)
    {
        var merges = new Dictionary<(int Left, int Right), BytePairMerge>(text.Length / BytesPerEntry);
        var known = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        int number = 0, rank = 0;
        Span<char> both = stackalloc char[512];
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            number++;
            // As in the released tokenizer, merges that begin with '#' are also treated as comments.
            ReadOnlySpan<char> pair = line.Trim();
            if (pair.IsEmpty || pair[0] == '#')
                continue;
            int space = pair.IndexOf(' ');
            if (space < 0 || pair.Length > both.Length)
                throw Broken(path, $"line {number} is not a pair of symbols");
            ReadOnlySpan<char> left = pair[..space], right = pair[(space + 1)..];
            left.CopyTo(both);
            right.CopyTo(both[space..]);
            if (!known.TryGetValue(left, out int leftId) || !known.TryGetValue(right, out int rightId)
                || !known.TryGetValue(both[..(pair.Length - 1)], out int result))
                throw Broken(path, $"line {number} merges symbols that vocab.json does not contain: '{pair}'");
            merges[(leftId, rightId)] = new(rank++, result);
        }
        return merges;
    }

    private static Dictionary<string, int> StandardTokens(int firstFree) => new()
    {
        [Text.AddedTokens.TextPad] = firstFree,
        [Text.AddedTokens.TextStart] = firstFree + 1,
        ["<|im_end|>"] = firstFree + 2,
    };

    private static Dictionary<string, int> ReadAddedTokens(string path, string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            var tokens = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (JsonProperty entry in document.RootElement.GetProperty("added_tokens_decoder").EnumerateObject())
            {
                if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                    throw Broken(path, $"the added token '{entry.Name}' has no id");
                if (entry.Value.GetProperty("content").GetString() is not { Length: > 0 } content)
                    throw Broken(path, $"the added token {id} is empty");
                foreach (string option in (ReadOnlySpan<string>)["lstrip", "rstrip", "single_word"])
                    if (entry.Value.TryGetProperty(option, out JsonElement value) && value.GetBoolean())
                        throw Broken(path, $"the added token '{content}' has the option '{option}', which is not supported");
                if (!tokens.TryAdd(content, id))
                    throw Broken(path, $"the added token '{content}' occurs twice");
            }
            return tokens;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"'{path}' is not a tokenizer's configuration: {e.Message}", e);
        }
    }

    private static InvalidDataException Broken(string path, string fault) => new($"'{path}': {fault}.");
}
