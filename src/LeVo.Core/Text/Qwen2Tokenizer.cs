using System.Buffers;

namespace LeVo.Core.Text;

/// <summary>
/// Qwen2's tokenizer with additional tokens: normalisation form C, exact matching of added tokens (leftmost,
/// longest), byte-level BPE for the rest. An added token that is already in the vocabulary keeps its id and is
/// matched as an added token. The vocabulary is shared. Thread-safe.
/// </summary>
internal sealed class Qwen2Tokenizer : ITextTokenizer
{
    private readonly Qwen2Vocabulary vocabulary;
    private readonly Dictionary<string, int> added;
    private readonly SearchValues<char> firstChars;
    private readonly ILookup<char, string> byFirstChar;

    /// <param name="vocabulary">The shared vocabulary.</param>
    /// <param name="addedTokens">Tokens to add; new ones get the next free ids in this order.</param>
    public Qwen2Tokenizer(Qwen2Vocabulary vocabulary, IEnumerable<string> addedTokens)
    {
        this.vocabulary = vocabulary;
        added = new(vocabulary.AddedTokens, StringComparer.Ordinal);
        var taken = added.Values.ToHashSet();
        int next = vocabulary.BaseCount + taken.Count(id => id >= vocabulary.BaseCount);
        foreach (string token in addedTokens)
        {
            ArgumentException.ThrowIfNullOrEmpty(token, nameof(addedTokens));
            if (added.ContainsKey(token))
                continue;
            if (vocabulary.IdOf(token) is int known)
            {
                added[token] = known;
                continue;
            }
            while (!taken.Add(next))
                next++;
            added[token] = next++;
        }
        byFirstChar = added.Keys.OrderByDescending(token => token.Length).ToLookup(token => token[0]);
        firstChars = SearchValues.Create([.. byFirstChar.Select(group => group.Key)]);
        RowCount = Math.Max(vocabulary.BaseCount, taken.Count == 0 ? 0 : taken.Max() + 1);
    }

    /// <summary>Rows of an embedding table for all tokens: the highest id plus one.</summary>
    public int RowCount { get; }

    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string normal = Nfc.Normalize(text);
        var ids = new List<int>(normal.Length / 2);
        int start = 0;
        for (int at = 0; at < normal.Length;)
        {
            int found = normal.AsSpan(at).IndexOfAny(firstChars);
            if (found < 0)
                break;
            at += found;
            if (TokenAt(normal, at) is not { } token)
            {
                at++;
                continue;
            }
            vocabulary.Encode(normal.AsSpan(start, at - start), ids);
            ids.Add(added[token]);
            start = at += token.Length;
        }
        vocabulary.Encode(normal.AsSpan(start), ids);
        return [.. ids];
    }

    public int? IdOf(string token) => added.TryGetValue(token, out int id) ? id : vocabulary.IdOf(token);

    private string? TokenAt(string text, int at)
    {
        foreach (string token in byFirstChar[text[at]])
            if (string.CompareOrdinal(text, at, token, 0, token.Length) == 0)
                return token;
        return null;
    }
}

/// <summary>Converts text to token ids. Thread-safe.</summary>
internal interface ITextTokenizer
{
    /// <summary>Converts a text to ids; nothing is added or truncated.</summary>
    int[] Encode(string text);

    /// <summary>The id of a token, or null if it does not exist.</summary>
    int? IdOf(string token);
}
