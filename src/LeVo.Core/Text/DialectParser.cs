namespace LeVo.Core.Text;

/// <summary>Parses lyrics that may have to be converted to the released form first.</summary>
internal static class DialectParser
{
    private static readonly string[] Foreign =
        [LyricsCodes.UnknownTag, LyricsCodes.FullWidthPunctuation, LyricsCodes.TextBeforeFirstTag, LyricsCodes.Blank];

    public static Lyrics Parse(string text, LyricsDialect dialect, bool strict, IReadOnlyList<string> tags)
    {
        Lyrics lyrics;
        if (IsReleased(text, dialect, tags))
        {
            lyrics = new LyricsParser(text, strict, tags).Parse();
            if (LyricsCharacters.TypographicIn(text) is { Length: > 0 } typographic)
                lyrics = lyrics.With(new(FindingSeverity.Information, LyricsCodes.Characters,
                    $"The training data do not have the typographic characters {typographic}; they are kept.", null, 1, 1));
        }
        else
        {
            (PlacedText converted, LyricsNotes notes) = LyricsReader.Convert(text, dialect, tags);
            lyrics = new LyricsParser(converted, text, notes, strict, tags).Parse();
        }
        bool silent = lyrics.Sections.Count > 0 && !lyrics.Sections.Any(section =>
            section.Kind != LyricsSectionKind.Instrumental && section.Sentences.Any(sentence => sentence.Any(char.IsLetterOrDigit)));
        return silent
            ? lyrics.With(new(FindingSeverity.Information, LyricsCodes.NoVocalSection,
                "No section has words to sing; for music without a voice, ask for the accompaniment alone.", null, 1, 1))
            : lyrics;
    }

    /// <summary>Whether text is in the released form: one line of the model's tags and words, without foreign characters.</summary>
    private static bool IsReleased(string text, LyricsDialect dialect, IReadOnlyList<string> tags) =>
        !text.AsSpan().Trim("\r\n").ContainsAny('\r', '\n') && !LyricsCharacters.NeedReading(text)
        && (dialect.BackingVocals || !text.Contains('(', StringComparison.Ordinal))
        && !new LyricsParser(text, strict: false, tags).Parse().Findings.Any(finding => Foreign.Contains(finding.Code));
}
