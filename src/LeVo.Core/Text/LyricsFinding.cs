namespace LeVo.Core.Text;

/// <summary>A deviation of lyrics from the model's training data, or what <see cref="LyricsDialect.Auto"/> changed.</summary>
/// <param name="Severity">Information, warning or error.</param>
/// <param name="Code">The kind of finding: <c>blank</c>, <c>unknown_tag</c>, <c>lyrics_forbidden</c>,
/// <c>lyrics_required</c>, <c>no_vocal_section</c>, <c>full_width_punctuation</c>, <c>text_before_first_tag</c> or
/// <c>too_long</c>; from dialects <c>not_singable</c> (a warning), and as information <c>section_name</c>,
/// <c>sections_assumed</c>, <c>dropped</c>, <c>backing_vocals</c>, <c>characters</c>, <c>markup</c> and <c>full_stop</c>.</param>
/// <param name="Message">A message for users: the problem and how to fix it.</param>
/// <param name="Section">Index of the section in <see cref="Lyrics.Sections"/>, or null outside sections.</param>
/// <param name="Line">Line in the input text, from 1.</param>
/// <param name="Column">Column in that line, from 1, in UTF-16 code units.</param>
public sealed record LyricsFinding(
    FindingSeverity Severity, string Code, string Message, int? Section, int Line, int Column)
    : SongFinding(Severity, Code, Message);

/// <summary>Kinds of findings in lyrics.</summary>
internal static class LyricsCodes
{
    /// <summary>The text is empty.</summary>
    public const string Blank = "blank";

    /// <summary>Square brackets around something other than a structure tag, which is treated as words.</summary>
    public const string UnknownTag = "unknown_tag";

    /// <summary>An instrumental section has words.</summary>
    public const string LyricsForbidden = "lyrics_forbidden";

    /// <summary>A sung section has no words.</summary>
    public const string LyricsRequired = "lyrics_required";

    /// <summary>No section has words to sing (web form and dialects).</summary>
    public const string NoVocalSection = "no_vocal_section";

    /// <summary>Full-width punctuation, where the model expects the full stop.</summary>
    public const string FullWidthPunctuation = "full_width_punctuation";

    /// <summary>Words stand before the first tag.</summary>
    public const string TextBeforeFirstTag = "text_before_first_tag";

    /// <summary>More tokens than the model accepts: the rest is truncated.</summary>
    public const string TooLong = "too_long";

    /// <summary>Characters that cannot be sung were removed.</summary>
    public const string NotSingable = "not_singable";

    /// <summary>A name of a section was read as a tag.</summary>
    public const string SectionName = "section_name";

    /// <summary>Words without a tag of a sung section got one.</summary>
    public const string SectionsAssumed = "sections_assumed";

    /// <summary>Time stamps, headers and directions were dropped.</summary>
    public const string Dropped = "dropped";

    /// <summary>Words in parentheses.</summary>
    public const string BackingVocals = "backing_vocals";

    /// <summary>Characters were replaced by similar ones.</summary>
    public const string Characters = "characters";

    /// <summary>Marks of headings, lists and emphasis were removed.</summary>
    public const string Markup = "markup";

    /// <summary>The full stop at the end of a section was added or removed.</summary>
    public const string FullStop = "full_stop";
}

/// <summary>The exception thrown for invalid lyrics; contains all findings.</summary>
public sealed class LyricsFormatException : FormatException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="findings">The findings, in the order of the text.</param>
    public LyricsFormatException(IReadOnlyList<LyricsFinding> findings)
        : base(Describe(findings)) => Findings = findings;

    /// <summary>All findings, in the order of the text.</summary>
    public IReadOnlyList<LyricsFinding> Findings { get; }

    private static string Describe(IReadOnlyList<LyricsFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return "The lyrics cannot be used. "
            + string.Join(' ', findings.Select(found => $"Line {found.Line}, column {found.Column}: {found.Message}"));
    }
}
