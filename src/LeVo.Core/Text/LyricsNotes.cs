using System.Globalization;
using System.Text;

namespace LeVo.Core.Text;

/// <summary>What a dialect's reader did, one finding for each line and kind of change.</summary>
/// <param name="text">The text that is read.</param>
internal sealed class LyricsNotes(string text)
{
    /// <summary>Characters of a text that are enough to show it.</summary>
    public const int MostRead = 4 * MostShown;

    private const int MostDetails = 6, MostShown = 40;
    private readonly Dictionary<(int Line, string Code), Note> notes = [];
    private readonly TextLines lines = new(text);

    /// <summary>The notes in no order: place, severity, code, message.</summary>
    public IEnumerable<(int At, FindingSeverity Severity, string Code, string Message)> All =>
        notes.Select(pair => (pair.Value.At, SeverityOf(pair.Key.Code), pair.Key.Code, Message(pair.Key.Code, pair.Value)));

    /// <summary>A character has been replaced.</summary>
    public void Replaced(int at, Rune rune, string replacement)
    {
        string shown = Visible(rune.ToString());
        Add(at, LyricsCodes.Characters, replacement.Trim() != "" ? $"{shown} is read as '{replacement.Trim()}'"
            : replacement == "" ? $"{shown} is dropped"
            : $"{shown} is read as a space or a line break");
    }

    /// <summary>An entity of HTML has been replaced.</summary>
    public void Decoded(int at, string entity, string character) => Add(at, LyricsCodes.Characters,
        $"'{entity}' is read as {(string.IsNullOrWhiteSpace(character) ? "a space" : Visible(character))}");

    /// <summary>Characters that cannot be sung have been removed.</summary>
    public void Unsingable(int at, string written) => Add(at, LyricsCodes.NotSingable, Visible(written));

    /// <summary>Markup has been removed.</summary>
    public void Markup(int at, string written) => Add(at, LyricsCodes.Markup, $"'{Shown(written)}' is dropped");

    /// <summary>Adds a detail to the note of its line and kind.</summary>
    public void Add(int at, string code, string detail)
    {
        var key = (lines.Position(at).Line, code);
        if (!notes.TryGetValue(key, out Note? note))
            notes[key] = note = new(at, []);
        if (!note.Details.Contains(detail) && note.Details.Count <= MostDetails)
            note.Details.Add(detail);
    }

    /// <summary>Text for a message: in one line and not too long.</summary>
    public static string Shown(string text)
    {
        string line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MostShown ? line : line[..(char.IsHighSurrogate(line[MostShown - 1]) ? MostShown - 1 : MostShown)] + "...";
    }

    private static FindingSeverity SeverityOf(string code) =>
        code == LyricsCodes.NotSingable ? FindingSeverity.Warning : FindingSeverity.Information;

    private static string Message(string code, Note note)
    {
        string details = string.Join("; ", note.Details.Take(MostDetails))
            + (note.Details.Count > MostDetails ? "; and more" : "");
        return code == LyricsCodes.NotSingable ? $"These characters cannot be sung and are dropped: {details}." : details + ".";
    }

    /// <summary>The character, or its number where a terminal would not show it as such.</summary>
    private static string Visible(string written)
    {
        bool plain = written.Length > 0 && Rune.TryGetRuneAt(written, 0, out Rune rune) && Rune.GetUnicodeCategory(rune) is not
            (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark);
        int value = written.Length > 1 && char.IsSurrogatePair(written, 0) ? char.ConvertToUtf32(written, 0) : written[0];
        return plain ? $"'{written}'" : string.Create(CultureInfo.InvariantCulture, $"U+{value:X4}");
    }

    private sealed record Note(int At, List<string> Details);
}
