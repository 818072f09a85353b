using System.Text;

namespace LeVo.Core.Text;

/// <summary>
/// Parses the input form of the released web interface: paragraphs separated by empty lines, each a tag followed by
/// lines. Stricter than <see cref="Lyrics"/>, and punctuation is removed.
/// </summary>
internal static class WebLyrics
{
    private static readonly IReadOnlyList<string> Tags = StructureTag.Released;

    /// <summary>Converts lyrics to the released one-line form.</summary>
    /// <exception cref="LyricsFormatException">The lyrics violate a rule; the exception has one finding with its
    /// code.</exception>
    public static string Normalize(string lyrics)
    {
        ArgumentNullException.ThrowIfNull(lyrics);
        foreach (string tag in (ReadOnlySpan<string>)["intro", "inst", "outro"])
            lyrics = lyrics.Replace($"[{tag}]", $"[{tag}-short]", StringComparison.Ordinal);
        var sections = new List<string>();
        bool sung = false;
        int line = 1, at = 1;
        foreach (string piece in lyrics.Split("\n\n"))
        {
            at = line + piece[..(piece.Length - piece.TrimStart().Length)].Count(c => c == '\n');
            line += piece.Count(c => c == '\n') + 2;
            string[] lines = piece.Trim().Split('\n');
            string tag = lines[0].Trim().ToLowerInvariant();
            string[] words = [.. lines.Skip(1).Where(words => !string.IsNullOrWhiteSpace(words))];
            if (tag == "")
                continue;
            bool vocal = StructureTag.KindOf(tag) == LyricsSectionKind.Sung;
            if (!Tags.Contains(tag))
                throw Broken(LyricsCodes.UnknownTag, $"'{lines[0]}' is not a tag; each paragraph must begin with a tag.");
            if (vocal && words.Length == 0)
                throw Broken(LyricsCodes.LyricsRequired, $"The section {tag} has no words to sing.");
            if (!vocal && words.Length > 0)
                throw Broken(LyricsCodes.LyricsForbidden, $"The section {tag} is instrumental, but has words.");
            sections.Add(vocal ? $"{tag} {string.Join('.', words.Select(Clean))}" : tag);
            sung |= vocal;
        }
        if (sections.Count == 0)
            throw Broken(LyricsCodes.Blank, "There is no text.", whole: true);
        if (!sung)
            throw Broken(LyricsCodes.NoVocalSection, "No section is sung: verse, chorus or bridge.", whole: true);
        return string.Join(" ; ", sections);

        LyricsFormatException Broken(string code, string message, bool whole = false) =>
            new([new(FindingSeverity.Error, code, message, whole ? null : sections.Count, whole ? 1 : at, 1)]);
    }

    /// <summary>
    /// Selects the effective style field: a prompt's audio takes precedence over a description, a description over a
    /// genre.
    /// </summary>
    public static (string? Description, string? Genre) NormalizeStyle(
        string? description, string? genre, bool hasPromptAudio)
    {
        if (hasPromptAudio)
            return (null, null);
        if (string.IsNullOrEmpty(description))
            return (description, genre);
        return (description.EndsWith('.') ? description : description + ".", null);
    }

    /// <summary>Keeps letters, numbers, white space, brackets, hyphens and the scripts of the sung languages.</summary>
    private static string Clean(string line)
    {
        var kept = new StringBuilder(line.Length);
        foreach (Rune rune in line.EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune) || Rune.IsWhiteSpace(rune)
                || rune.Value is '_' or '[' or ']' or '-' or (>= 0x4E00 and <= 0x9FFF) or (>= 0x3040 and <= 0x30FF)
                    or (>= 0xAC00 and <= 0xD7AF) or (>= 0xC0 and <= 0x17F))
                kept.Append(rune.ToString());
        return kept.ToString();
    }
}
