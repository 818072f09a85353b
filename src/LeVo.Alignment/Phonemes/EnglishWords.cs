namespace LeVo.Alignment.Phonemes;

/// <summary>
/// The CMU dictionary (NOTICE has its licence): words of small letters, apostrophes and hyphens, each with its first
/// pronunciation. A line of the packed file is the number of letters that the word shares with the last one (A for none), the
/// others, a space, and the phonemes.
/// </summary>
internal static class EnglishWords
{
    private static readonly Lazy<Dictionary<string, string>> Words = new(Read);

    /// <summary>The packed phonemes of a word; null if it is not in the dictionary.</summary>
    public static string? Find(string word) => Words.Value.GetValueOrDefault(word);

    /// <summary>All words, for tests.</summary>
    public static IReadOnlyDictionary<string, string> All => Words.Value;

    private static Dictionary<string, string> Read()
    {
        var words = new Dictionary<string, string>(130_000, StringComparer.Ordinal);
        string last = "";
        foreach (string line in PackedText.ReadLines("english.gz"))
        {
            int space = line.IndexOf(' ');
            last = string.Concat(last.AsSpan(0, line[0] - 'A'), line.AsSpan(1, space - 1));
            words.Add(last, line[(space + 1)..]);
        }
        return words;
    }
}
