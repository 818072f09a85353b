using System.Text.Json.Serialization;
using LeVo.Core.Tokens;

namespace LeVo.Core.Text;

/// <summary>
/// Lyrics in sections. Two input forms are supported. One line in the released form, <c>[intro-short] ; [verse]
/// Morning light.Coffee and rain ; [chorus] Sing it</c>, is passed to the model unchanged except for double spaces.
/// Several lines, each with one tag or one sentence, are converted to that form; their tags are case-insensitive.
/// Immutable. Two values are equal when their text and tags are equal. The JSON form is a string.
/// </summary>
[JsonConverter(typeof(LyricsJsonConverter))]
public sealed class Lyrics : IEquatable<Lyrics>
{
    /// <summary>The text of a song without words.</summary>
    internal const string Wordless = ".";

    private const string Separator = " ; ";
    private readonly string rendered;

    internal Lyrics(
        IReadOnlyList<LyricsSection> sections, IReadOnlyList<LyricsFinding> findings, string text, string? oneLine)
    {
        Text = text;
        Sections = sections;
        Findings = findings;
        rendered = WithoutDoubleSpaces(oneLine ?? string.Join(Separator, sections));
    }

    /// <summary>The sections in order; words before the first tag are a section without a tag.</summary>
    public IReadOnlyList<LyricsSection> Sections { get; }

    /// <summary>Deviations from the training data, in the order of the text; all are warnings.</summary>
    public IReadOnlyList<LyricsFinding> Findings { get; }

    /// <summary>The text that was parsed.</summary>
    internal string Text { get; }

    /// <summary>Parses lyrics in either form.</summary>
    /// <param name="text">The lyrics.</param>
    /// <param name="strict">Whether every finding is an error.</param>
    /// <param name="tags">The model's structure tags; null for those of the released models.</param>
    /// <exception cref="LyricsFormatException">The text is empty, or strict parsing has any finding.</exception>
    public static Lyrics Parse(string text, bool strict = false, IReadOnlyList<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        Lyrics lyrics = new LyricsParser(text, strict, tags ?? StructureTag.Released).Parse();
        return lyrics.Findings.Any(finding => finding.Severity == FindingSeverity.Error)
            ? throw new LyricsFormatException(lyrics.Findings)
            : lyrics;
    }

    /// <summary>Renders the text for the model. The accompaniment alone is generated without words.</summary>
    /// <param name="part">The part to generate.</param>
    /// <returns>The lyrics in the released one-line form.</returns>
    public string Render(SongPart part = SongPart.Mixed) => part == SongPart.Accompaniment ? Wordless : rendered;

    /// <inheritdoc/>
    public bool Equals(Lyrics? other) =>
        other is not null && Text == other.Text && Sections.Select(section => section.Tag).SequenceEqual(other.Sections.Select(section => section.Tag));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Lyrics);

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => rendered;

    /// <summary>Replaces each pair of spaces with one space, in a single pass: four spaces become two.</summary>
    internal static string WithoutDoubleSpaces(string text) => text.Replace("  ", " ", StringComparison.Ordinal);

    /// <summary>Checks whether the lyrics fit into the model's input.</summary>
    /// <param name="tokenizer">The model's lyrics tokenizer.</param>
    /// <param name="maxTokens">Maximum number of tokens, including the start token.</param>
    /// <returns>A finding at the first section that is truncated, or null if all fits.</returns>
    internal LyricsFinding? CheckLength(ITextTokenizer tokenizer, int maxTokens)
    {
        int tokens = 1 + tokenizer.Encode(rendered).Length;
        if (tokens <= maxTokens)
            return null;
        int cut = 0;
        for (int from = 0; cut < Sections.Count - 1; cut++)
        {
            // The section ends at the next section's tag.
            int body = from + Math.Max(1, Sections[cut].Tag.Length);
            int end = rendered.IndexOf(Sections[cut + 1].Tag, body, StringComparison.Ordinal);
            if (end < 0 || 1 + tokenizer.Encode(rendered[..end]).Length > maxTokens)
                break;
            from = end;
        }
        LyricsSection section = Sections[cut];
        return new(FindingSeverity.Warning, LyricsCodes.TooLong,
            $"The lyrics have {tokens} tokens, {maxTokens} fit: section {cut + 1} {section.Tag} is truncated.",
            cut, section.Line, section.Column);
    }
}
