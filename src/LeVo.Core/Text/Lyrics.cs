using LeVo.Core.Tokens;

namespace LeVo.Core.Text;

/// <summary>
/// Lyrics in sections, as the model reads them. Two ways of writing are understood. One line in the released form,
/// <c>[intro-short] ; [verse] Morning light.Coffee and rain ; [chorus] Sing it</c>, reaches the model as it stands, but
/// for double spaces. Several lines, a tag on its own and a line for each sentence, are put into that form; there, tags
/// may have capital letters. Immutable.
/// </summary>
public sealed class Lyrics
{
    /// <summary>The text of a song without words.</summary>
    internal const string Wordless = ".";

    private const string Separator = " ; ";
    private readonly string rendered;

    internal Lyrics(IReadOnlyList<LyricsSection> sections, IReadOnlyList<LyricsFinding> findings, string? oneLine)
    {
        Sections = sections;
        Findings = findings;
        rendered = WithoutDoubleSpaces(oneLine ?? string.Join(Separator, sections));
    }

    /// <summary>The sections in order; words before the first tag are a section without a tag.</summary>
    public IReadOnlyList<LyricsSection> Sections { get; }

    /// <summary>What the model was not trained on, in the order of the text; none are errors.</summary>
    public IReadOnlyList<LyricsFinding> Findings { get; }

    /// <summary>Parses lyrics of either form.</summary>
    /// <param name="text">The lyrics.</param>
    /// <param name="strict">Makes every finding an error.</param>
    /// <param name="tags">The model's structure tags; those of the released models where omitted.</param>
    /// <exception cref="LyricsFormatException">There is no text, or strict parsing found anything.</exception>
    public static Lyrics Parse(string text, bool strict = false, IReadOnlyList<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        Lyrics lyrics = new LyricsParser(text, strict, tags ?? StructureTag.Released).Parse();
        return lyrics.Findings.Any(finding => finding.Severity == FindingSeverity.Error)
            ? throw new LyricsFormatException(lyrics.Findings)
            : lyrics;
    }

    /// <summary>The text that the model reads; the accompaniment alone is generated without words.</summary>
    public string Render(SongPart part = SongPart.Mixed) => part == SongPart.Accompaniment ? Wordless : rendered;

    /// <inheritdoc/>
    public override string ToString() => rendered;

    /// <summary>Every pair of spaces becomes one, once: four become two.</summary>
    internal static string WithoutDoubleSpaces(string text) => text.Replace("  ", " ", StringComparison.Ordinal);

    /// <summary>Finds out whether the model reads the lyrics to their end.</summary>
    /// <param name="tokenizer">The model's lyrics tokenizer.</param>
    /// <param name="maxTokens">Tokens that fit, with the one that starts every text.</param>
    /// <returns>A finding at the section that is cut first, or null if all fits.</returns>
    internal LyricsFinding? CheckLength(ITextTokenizer tokenizer, int maxTokens)
    {
        int tokens = 1 + tokenizer.Encode(rendered).Length;
        if (tokens <= maxTokens)
            return null;
        int cut = 0;
        for (int from = 0; cut < Sections.Count - 1; cut++)
        {
            // The section ends where the next one's tag is found.
            int body = from + Math.Max(1, Sections[cut].Tag.Length);
            int end = rendered.IndexOf(Sections[cut + 1].Tag, body, StringComparison.Ordinal);
            if (end < 0 || 1 + tokenizer.Encode(rendered[..end]).Length > maxTokens)
                break;
            from = end;
        }
        LyricsSection section = Sections[cut];
        return new(FindingSeverity.Warning, LyricsCodes.TooLong,
            $"The lyrics have {tokens} tokens, {maxTokens} fit: section {cut + 1} {section.Tag} is cut.",
            cut, section.Line, section.Column);
    }
}
