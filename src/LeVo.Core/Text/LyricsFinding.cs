namespace LeVo.Core.Text;

/// <summary>How much a finding weighs.</summary>
public enum FindingSeverity
{
    /// <summary>A song comes out, but probably not the one that was meant.</summary>
    Warning,

    /// <summary>Nothing can be generated, or strict parsing was asked for.</summary>
    Error,
}

/// <summary>Something in lyrics that the model was not trained on.</summary>
/// <param name="Severity">Warning or error.</param>
/// <param name="Code">What it is: <c>blank</c>, <c>unknown_tag</c>, <c>lyrics_forbidden</c>, <c>lyrics_required</c>,
/// <c>no_vocal_section</c>, <c>full_width_punctuation</c>, <c>text_before_first_tag</c> or <c>too_long</c>.</param>
/// <param name="Message">What it is and what to do, for people.</param>
/// <param name="Section">Index of the section in <see cref="Lyrics.Sections"/>, or null.</param>
/// <param name="Line">Line in the text as it was given, from 1.</param>
/// <param name="Column">Column in that line, from 1, in UTF-16 units.</param>
public sealed record LyricsFinding(
    FindingSeverity Severity, string Code, string Message, int? Section, int Line, int Column);

/// <summary>Kinds of findings in lyrics.</summary>
internal static class LyricsCodes
{
    /// <summary>There is no text.</summary>
    public const string Blank = "blank";

    /// <summary>Square brackets around something that is no structure tag: it is read as words.</summary>
    public const string UnknownTag = "unknown_tag";

    /// <summary>An instrumental section has words.</summary>
    public const string LyricsForbidden = "lyrics_forbidden";

    /// <summary>A sung section has no words.</summary>
    public const string LyricsRequired = "lyrics_required";

    /// <summary>No section is sung (web form only).</summary>
    public const string NoVocalSection = "no_vocal_section";

    /// <summary>Full-width punctuation, where the model knows the full stop.</summary>
    public const string FullWidthPunctuation = "full_width_punctuation";

    /// <summary>Words stand before the first tag.</summary>
    public const string TextBeforeFirstTag = "text_before_first_tag";

    /// <summary>More tokens than the model reads: the rest is cut off.</summary>
    public const string TooLong = "too_long";
}

/// <summary>Lyrics that cannot be used; it lists everything that was found.</summary>
public sealed class LyricsFormatException : FormatException
{
    /// <summary>Makes an exception of findings.</summary>
    public LyricsFormatException(IReadOnlyList<LyricsFinding> findings)
        : base(Describe(findings)) => Findings = findings;

    /// <summary>Everything that was found, in the order of the text.</summary>
    public IReadOnlyList<LyricsFinding> Findings { get; }

    private static string Describe(IReadOnlyList<LyricsFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        return "The lyrics cannot be used. "
            + string.Join(' ', findings.Select(found => $"Line {found.Line}, column {found.Column}: {found.Message}"));
    }
}
