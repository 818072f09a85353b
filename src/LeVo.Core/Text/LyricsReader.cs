using System.Text.RegularExpressions;

namespace LeVo.Core.Text;

/// <summary>Reads the lines of a dialect and gives tags and words to a <see cref="SectionWriter"/>.</summary>
internal sealed partial class LyricsReader
{
    private readonly string source;
    private readonly LyricsDialect dialect;
    private readonly IReadOnlyList<string> tags;
    private readonly LyricsNotes notes;
    private readonly SectionWriter sections;
    private readonly PlacedTextBuilder words = new();

    private LyricsReader(string source, LyricsDialect dialect, IReadOnlyList<string> tags)
    {
        (this.source, this.dialect, this.tags) = (source, dialect, tags);
        notes = new(source);
        sections = new(source, tags, notes);
    }

    /// <summary>Converts lyrics to the released form.</summary>
    /// <param name="source">The lyrics as they were pasted.</param>
    /// <param name="dialect">What to do with backing vocals.</param>
    /// <param name="tags">The model's tags.</param>
    /// <returns>The text in the released form, and what was done.</returns>
    public static (PlacedText Text, LyricsNotes Notes) Convert(
        string source, LyricsDialect dialect, IReadOnlyList<string> tags)
    {
        var reader = new LyricsReader(source, dialect, tags);
        PlacedText text = LyricsCharacters.Normalize(HtmlEntities.Decode(source, reader.notes), reader.notes);
        var lines = new List<PlacedText>();
        foreach (Range range in text.Text.AsSpan().Split('\n'))
        {
            (int start, int length) = range.GetOffsetAndLength(text.Length);
            lines.Add(text.Slice(start, length).Trim());
        }
        LineRole[] roles = LineRoles.Of(lines);
        for (int i = 0; i < lines.Count; i++)
            reader.ReadLine(lines[i], roles[i]);
        return (reader.sections.Finish(), reader.notes);
    }

    private void ReadLine(PlacedText line, LineRole role)
    {
        if (role == LineRole.Blank)
            sections.AddBlank();
        else if (role is LineRole.Words or LineRole.ListItem)
            ReadWords(line, role == LineRole.ListItem);
        else if (line.Length > 0)
            Drop(line, role == LineRole.Time ? "The time stamp" : role == LineRole.Header ? "The header" : "The number");
    }

    private void ReadWords(PlacedText line, bool numbered)
    {
        line = WithoutMarks(line, out bool heading);
        if (numbered)
        {
            int length = LineRoles.Number().Match(line.Text).Length;
            Drop(line.Slice(0, length).Trim(), "The number");
            line = line.Slice(length);
        }
        if (line.Length == 0)
            return;
        if (NameOf(line, heading, numbered) is { } tag)
        {
            AddTag(line, tag);
            return;
        }
        if (heading && !line.Text.Contains('[', StringComparison.Ordinal))
            Drop(line, "The heading");
        else
            Scan(WithoutRepeat(WithoutPrefix(line)));
    }

    /// <summary>Removes the marks of headings, lists, quotations and code at the start of a line.</summary>
    private PlacedText WithoutMarks(PlacedText line, out bool heading)
    {
        Match marks = Marks().Match(line.Text);
        heading = marks.Value.Contains('#', StringComparison.Ordinal);
        if (marks.Length > 0)
            notes.Markup(line.PlaceOf(0), marks.Value.Trim());
        return line.Slice(marks.Length).Trim();
    }

    /// <summary>The tag of a line that is the name of a section: "Verse 1:", "(Chorus)", "Bridge".</summary>
    private string? NameOf(PlacedText line, bool heading, bool numbered)
    {
        string name = line.Text.Trim('(', ')', ':', '.', ' ', '#');
        bool named = heading || line.Text[^1] == ':';
        bool marked = named || numbered || (line.Text[0] == '(' && line.Text[^1] == ')');
        if (SectionNames.FindWhole(name, !named, tags) is { } tag && (marked || sections.StartsParagraph))
            return tag;
        return heading && !name.Contains('[', StringComparison.Ordinal) ? SectionNames.Find(name, tags) : null;
    }

    /// <summary>Reads what stands before a colon: a section's name or a singer.</summary>
    private PlacedText WithoutPrefix(PlacedText line)
    {
        Match prefix = Prefix().Match(line.Text);
        if (!prefix.Success)
            return line;
        if (SectionNames.FindWhole(prefix.Groups[1].Value, false, tags) is { } tag)
            AddTag(line.Slice(0, prefix.Length), tag);
        else if (Singer().IsMatch(prefix.Groups[1].Value))
            Drop(line.Slice(0, prefix.Length), "The singer");
        else
            return line;
        return line.Slice(prefix.Length);
    }

    /// <summary>Drops the number of repetitions at the end of a line: "Sing it out x2".</summary>
    private PlacedText WithoutRepeat(PlacedText line)
    {
        Match repeat = Times().Match(line.Text);
        if (!repeat.Success)
            return line;
        Drop(line.Slice(repeat.Index, repeat.Length).Trim(), "The direction");
        return line.Slice(0, repeat.Index);
    }

    /// <summary>Reads a line's words, brackets and parentheses.</summary>
    private void Scan(PlacedText line)
    {
        bool stamped = false, sung = false;
        int parenthesis = -1;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line.Text[i];
            if (c == '[' && CloseOf(line.Text, i) is var close and > 0)
            {
                PlacedText bracket = line.Slice(i, close - i);
                stamped |= ReadBracket(bracket);
                words.AppendSpace(bracket.PlaceOf(0));
                i = close - 1;
            }
            else if (c == '<' && Stamp().Match(line.Text, i) is { Success: true } stamp)
            {
                Drop(line.Slice(i, stamp.Length), "The time stamp");
                i += stamp.Length - 1;
            }
            else if (c == '<' && Element().Match(line.Text, i) is { Success: true } element)
            {
                notes.Markup(line.PlaceOf(i), element.Value);
                words.AppendSpace(line.PlaceOf(i));
                i += element.Length - 1;
            }
            else if (c == '(' && CloseOf(line.Text, i, ref parenthesis) is var end && end < line.Length && ReadParentheses(line, i, end + 1))
                i = end;
            else if (c is '[' or ']' or '(' or ')' or '<' or '>' or '|' or '\\' || char.IsWhiteSpace(c))
                words.AppendSpace(line.PlaceOf(i));
            else
            {
                words.Append(c, line.PlaceOf(i));
                sung = true;
            }
        }
        sections.AddWords(words.Take());
        if (stamped && !sung) // a pause between the paragraphs of an LRC file
            sections.AddBlank();
    }

    /// <summary>The end of a bracket; without a closing mark, that of the line if it is a section's name. 0 if there is none.</summary>
    private int CloseOf(string line, int open)
    {
        int close = line.AsSpan(open + 1).IndexOfAny('[', ']');
        if (close >= 0)
            return line[open + 1 + close] == ']' ? open + close + 2 : 0;
        return SectionNames.FindWhole(line[(open + 1)..], false, tags) is null ? 0 : line.Length;
    }

    /// <summary>The end of a parenthesis; the line's length if there is none.</summary>
    /// <param name="line">The line.</param>
    /// <param name="open">Where it begins.</param>
    /// <param name="last">The end that was found last, or -1: many parentheses may have one end.</param>
    private static int CloseOf(string line, int open, ref int last)
    {
        if (last < open)
            last = line.IndexOf(')', open) is var close and >= 0 ? close : line.Length;
        return last;
    }

    /// <summary>Reads a bracket; true for a time stamp.</summary>
    private bool ReadBracket(PlacedText bracket)
    {
        string content = bracket.Text.Trim('[', ']', ' ');
        if (Stamp().IsMatch(bracket.Text))
        {
            Drop(bracket, "The time stamp");
            return true;
        }
        if (Header().IsMatch(content))
            Drop(bracket, "The header");
        else if (SectionNames.Find(content, tags) is { } tag)
        {
            sections.AddWords(words.Take());
            AddTag(bracket, tag);
        }
        else
            Drop(bracket, "The direction");
        return false;
    }

    /// <summary>Reads words in parentheses; true if they are dropped.</summary>
    private bool ReadParentheses(PlacedText line, int start, int end)
    {
        if (Repetition().IsMatch(line.Text.AsSpan(start, end - start)))
            Drop(line, start, end, "The direction");
        else if (!dialect.BackingVocals)
            Drop(line, start, end, "The backing vocal");
        else
        {
            notes.Add(line.PlaceOf(start), LyricsCodes.BackingVocals, $"{Written(line, start, end)} is sung with the line");
            return false;
        }
        words.AppendSpace(line.PlaceOf(start));
        return true;
    }

    private void AddTag(PlacedText written, string tag)
    {
        string shown = Written(written);
        if (shown != tag)
            notes.Add(written.PlaceOf(0), LyricsCodes.SectionName, $"{shown} is read as {tag}");
        sections.AddTag(tag, written.PlaceOf(0));
    }

    private void Drop(PlacedText written, string kind) => Drop(written, 0, written.Length, kind);

    private void Drop(PlacedText line, int start, int end, string kind) =>
        notes.Add(line.PlaceOf(start), LyricsCodes.Dropped, $"{kind} {Written(line, start, end)} is dropped");

    private string Written(PlacedText piece) => Written(piece, 0, piece.Length);

    /// <summary>A piece of the line as it was written.</summary>
    private string Written(PlacedText line, int start, int end)
    {
        int from = line.PlaceOf(start), to = Math.Min(source.Length, line.PlaceOf(end - 1) + 1);
        return LyricsNotes.Shown(source[from..Math.Min(to, from + LyricsNotes.MostRead)]);
    }
}
