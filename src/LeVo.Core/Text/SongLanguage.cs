namespace LeVo.Core.Text;

/// <summary>Detects the language by which an automatic prompt is selected.</summary>
internal static class SongLanguage
{
    /// <summary>
    /// Returns "zh" when at least a fifth of the characters, including tags, are Chinese, else "en".
    /// </summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static string Detect(string lyrics)
    {
        ArgumentException.ThrowIfNullOrEmpty(lyrics);
        int all = 0, chinese = 0;
        foreach (System.Text.Rune rune in lyrics.EnumerateRunes())
        {
            all++;
            chinese += rune.Value is >= 0x4E00 and <= 0x9FFF ? 1 : 0;
        }
        return chinese / (double)all >= 0.2 ? "zh" : "en";
    }
}
