namespace LeVo.Core.Text;

/// <summary>
/// The forms of lyrics that a parser reads. <see cref="Auto"/> also reads what people paste: numbered and capital tags, names
/// of sections in several languages, markup, LRC stamps, stage directions, typographic and invisible characters. Text in the
/// released form is not changed. Everything else is converted to it, with a finding of the severity
/// <see cref="FindingSeverity.Information"/> for each line and kind of change. Words keep their order; none is added.
/// </summary>
public sealed record LyricsDialect
{
    private LyricsDialect()
    {
    }

    /// <summary>The two input forms of <see cref="Lyrics"/> alone.</summary>
    public static LyricsDialect Strict { get; } = new();

    /// <summary>The released form, and what can be converted to it.</summary>
    public static LyricsDialect Auto { get; } = new() { Converts = true };

    /// <summary>Whether words in parentheses are sung (default) or dropped.</summary>
    public bool BackingVocals { get; init; } = true;

    /// <summary>Whether other forms are converted.</summary>
    internal bool Converts { get; private init; }
}
