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

    /// <summary>Deviations from the training data, and what a dialect's reader changed, in the order of the text.</summary>
    public IReadOnlyList<LyricsFinding> Findings { get; private set; }

    /// <summary>The text that was parsed; where it was converted, the released form.</summary>
    internal string Text { get; }

    /// <summary>Parses lyrics in either form.</summary>
    /// <param name="text">The lyrics.</param>
    /// <param name="strict">Whether every finding is an error.</param>
    /// <param name="tags">The model's structure tags; null for those of the released models.</param>
    /// <exception cref="LyricsFormatException">The text is empty, or strict parsing has any finding.</exception>
    public static Lyrics Parse(string text, bool strict = false, IReadOnlyList<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WithoutErrors(new LyricsParser(text, strict, tags ?? StructureTag.Released).Parse());
    }

    /// <summary>Parses lyrics in a dialect.</summary>
    /// <param name="text">The lyrics.</param>
    /// <param name="dialect">The forms that are read.</param>
    /// <param name="strict">Whether every warning is an error; informations are not.</param>
    /// <param name="tags">The model's structure tags; null for those of the released models.</param>
    /// <exception cref="LyricsFormatException">The text has no words and no tags, or strict parsing has a warning.</exception>
    public static Lyrics Parse(
        string text, LyricsDialect dialect, bool strict = false, IReadOnlyList<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(dialect);
        return dialect.Converts
            ? WithoutErrors(DialectParser.Parse(text, dialect, strict, tags ?? StructureTag.Released))
            : Parse(text, strict, tags);
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

    /// <summary>The lyrics with one more finding at the start.</summary>
    internal Lyrics With(LyricsFinding finding)
    {
        var lyrics = (Lyrics)MemberwiseClone();
        lyrics.Findings = [finding, .. Findings];
        return lyrics;
    }

    /// <summary>Replaces each pair of spaces with one space, in a single pass: four spaces become two.</summary>
    internal static string WithoutDoubleSpaces(string text) => text.Replace("  ", " ", StringComparison.Ordinal);

    /// <summary>Checks whether the lyrics fit into the model's input.</summary>
    /// <param name="tokenizer">The model's lyrics tokenizer.</param>
    /// <param name="maxTokens">Maximum number of tokens, including the start token.</param>
    /// <returns>A finding at the first sentence that is truncated, or null if all fits.</returns>
    internal LyricsFinding? CheckLength(ITextTokenizer tokenizer, int maxTokens)
    {
        int tokens = 1 + tokenizer.Encode(rendered).Length;
        if (tokens <= maxTokens)
            return null;
        int cut = 0, start = 0;
        for (; cut < Sections.Count - 1; cut++)
        {
            // The section ends at the next section's tag.
            int body = start + Math.Max(1, Sections[cut].Tag.Length);
            int end = rendered.IndexOf(Sections[cut + 1].Tag, body, StringComparison.Ordinal);
            if (end < 0 || !Fits(end))
                break;
            start = end;
        }
        LyricsSection section = Sections[cut];
        (int line, int column) = CutIn(section, start, Fits);
        return new(FindingSeverity.Warning, LyricsCodes.TooLong,
            $"The lyrics have {tokens} tokens, {maxTokens} fit: section {cut + 1} {section.Tag} is truncated at line {line}, "
            + $"column {column}.", cut, line, column);

        bool Fits(int length) => 1 + tokenizer.Encode(rendered[..length]).Length <= maxTokens;
    }

    /// <summary>The position of the first sentence of a section that does not fit; of its tag if none is found.</summary>
    private (int Line, int Column) CutIn(LyricsSection section, int start, Func<int, bool> fits)
    {
        var ends = new List<int>();
        int from = start + section.Tag.Length;
        foreach (string sentence in section.Sentences)
        {
            int at = rendered.IndexOf(WithoutDoubleSpaces(sentence), from, StringComparison.Ordinal);
            if (at < 0)
                break;
            ends.Add(from = at + WithoutDoubleSpaces(sentence).Length);
        }
        int low = 0, high = ends.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (fits(ends[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        return low < section.Positions.Count && section.Sentences.Count > 0 ? section.Positions[low] : (section.Line, section.Column);
    }

    private static Lyrics WithoutErrors(Lyrics lyrics) =>
        lyrics.Findings.Any(finding => finding.Severity == FindingSeverity.Error)
            ? throw new LyricsFormatException([.. lyrics.Findings.Where(finding => finding.Severity != FindingSeverity.Information)])
            : lyrics;
}
