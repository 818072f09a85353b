using LeVo.Core.Tokens;

namespace LeVo.Core.Text;

/// <summary>
/// The musicality of a song, a condition of LeVo 2: the model learns from songs of all tiers and is asked for the highest. Models of
/// LeVo 1 have no tiers.
/// </summary>
public enum Musicality
{
    /// <summary>The highest tier.</summary>
    VeryHigh,

    /// <summary>The second tier.</summary>
    High,

    /// <summary>The middle tier.</summary>
    Medium,

    /// <summary>The fourth tier.</summary>
    Low,

    /// <summary>The lowest tier, which guidance leads away from.</summary>
    VeryLow,
}

/// <summary>Assembles the text of the description condition as the released generator does.</summary>
internal static class StyleText
{
    /// <summary>The text for a description, or null when the condition is empty.</summary>
    /// <param name="rules">The model's text rules.</param>
    /// <param name="description">The user's description, or null; an empty one is not null.</param>
    /// <param name="part">The part to generate.</param>
    /// <param name="musicality">The tier, which v1 rules do not have; null for the released generator's, the highest.</param>
    public static string? Assemble(
        TextRules rules, string? description, SongPart part = SongPart.Mixed, Musicality? musicality = null)
    {
        string? words = description is null ? null : Lower(description);
        if (rules == TextRules.V1)
            return words;
        string tier = AddedTokens.Of(musicality ?? Musicality.VeryHigh);
        if (part != SongPart.Accompaniment)
            return $"{tier}, {words ?? "."}";
        // Without a description the tags are omitted, as in the released generator, unless a tier is asked for.
        return words is null && musicality is null ? Lyrics.Wordless : $"{tier}, {AddedTokens.PureMusic}, {words ?? "."}";
    }

    /// <summary>Replaces the tier of an assembled text, or adds one.</summary>
    public static string WithMusicality(string? text, Musicality musicality)
    {
        string tier = AddedTokens.Of(musicality);
        string? old = AddedTokens.MusicalityTags.FirstOrDefault(tag => text?.StartsWith(tag, StringComparison.Ordinal) == true);
        return old is null ? $"{tier}, {text ?? "."}" : tier + text![old.Length..];
    }

    /// <summary>The text of the unconditional row: the lowest musicality tag replaces the highest.</summary>
    public static string? Null(string? text) =>
        text?.Contains(AddedTokens.Of(Musicality.VeryHigh), StringComparison.Ordinal) == true
            ? AddedTokens.Of(Musicality.VeryLow) + ", ."
            : null;

    /// <summary>Converts to lower case as Python does; two letters differ from .NET's simple mapping.</summary>
    private static string Lower(string text)
    {
        string lower = text.ToLowerInvariant().Replace("İ", "i\u0307", StringComparison.Ordinal);
        if (!text.Contains('Σ', StringComparison.Ordinal))
            return lower;
        // A sigma after a letter and not before one is the final sigma.
        char[] chars = lower.ToCharArray();
        for (int i = 1; i < chars.Length; i++)
        {
            bool last = i + 1 == chars.Length || !char.IsLetter(chars[i + 1]);
            if (chars[i] == 'σ' && last && char.IsLetter(chars[i - 1]))
                chars[i] = 'ς';
        }
        return new(chars);
    }
}
