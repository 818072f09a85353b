namespace LeVo.Alignment.Phonemes;

/// <summary>
/// Rules for English words that are in no dictionary: the phonemes of a letter between others. They are learned from the
/// dictionary's words; a rule is there only if it says something else than the next shorter one. A line of the packed file is
/// <c>before&lt;letter&gt;after</c> with <c>_</c> for the end of the word, a space, and none to two phonemes.
/// </summary>
internal static class LetterSounds
{
    private const string End = "___";

    // The longest first.
    private static readonly (int Left, int Right)[] Contexts = [(3, 3), (2, 3), (2, 2), (1, 2), (1, 1), (0, 1), (0, 0)];

    private static readonly Lazy<Dictionary<string, string>> Rules = new(() => PackedText.ReadLines("letters.gz")
        .Select(line => line.Split(' ')).ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? ""));

    /// <summary>The packed phonemes of a word of the letters a to z.</summary>
    public static string Spell(string word)
    {
        string text = End + word + End;
        return string.Concat(Enumerable.Range(End.Length, word.Length).Select(at => Sound(text, at)));
    }

    private static string Sound(string text, int at)
    {
        foreach ((int left, int right) in Contexts)
        {
            string context = $"{text.AsSpan(at - left, left)}<{text[at]}>{text.AsSpan(at + 1, right)}";
            if (Rules.Value.TryGetValue(context, out string? phonemes))
                return phonemes;
        }
        return "";
    }
}
