namespace LeVo.Core.Text;

/// <summary>The language by which an automatic prompt is chosen.</summary>
internal static class SongLanguage
{
    /// <summary>"zh" where at least a fifth of the characters, tags included, are Chinese; else "en".</summary>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public static string Of(string lyrics)
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
