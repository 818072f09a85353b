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
        PlacedText text = LyricsCharacters.Normalize(source, reader.notes);
        int start = 0;
        foreach (Range range in text.Text.AsSpan().Split('\n'))
        {
            (start, int length) = range.GetOffsetAndLength(text.Length);
            reader.ReadLine(text.Slice(start, length).Trim());
        }
        return (reader.sections.Finish(), reader.notes);
    }

    private void ReadLine(PlacedText line)
    {
        if (line.Length == 0)
        {
            sections.AddBlank();
            return;
        }
        line = WithoutMarks(line, out bool heading);
        if (line.Length == 0)
            return;
        if (NameOf(line, heading) is { } tag)
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
    private string? NameOf(PlacedText line, bool heading)
    {
        string name = line.Text.Trim('(', ')', ':', '.', ' ', '#');
        bool named = heading || line.Text[^1] == ':', marked = named || (line.Text[0] == '(' && line.Text[^1] == ')');
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
            else if (c == '(' && line.Text.IndexOf(')', i) is var end and > 0 && ReadParentheses(line.Slice(i, end + 1 - i)))
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
    private bool ReadParentheses(PlacedText group)
    {
        if (Repetition().IsMatch(group.Text))
            Drop(group, "The direction");
        else if (!dialect.BackingVocals)
            Drop(group, "The backing vocal");
        else
        {
            notes.Add(group.PlaceOf(0), LyricsCodes.BackingVocals, $"{Written(group)} is sung with the line");
            return false;
        }
        words.AppendSpace(group.PlaceOf(0));
        return true;
    }

    private void AddTag(PlacedText written, string tag)
    {
        string shown = Written(written);
        if (shown != tag)
            notes.Add(written.PlaceOf(0), LyricsCodes.SectionName, $"{shown} is read as {tag}");
        sections.AddTag(tag, written.PlaceOf(0));
    }

    private void Drop(PlacedText written, string kind) =>
        notes.Add(written.PlaceOf(0), LyricsCodes.Dropped, $"{kind} {Written(written)} is dropped");

    /// <summary>A piece of the line as it was written.</summary>
    private string Written(PlacedText piece) =>
        LyricsNotes.Shown(source[piece.PlaceOf(0)..Math.Min(source.Length, piece.PlaceOf(piece.Length - 1) + 1)]);

    [GeneratedRegex(@"^(?:(?:[-+>]|#{1,6})\s+|'''\w*$|#{1,6}(?=\s*\[))+")]
    private static partial Regex Marks();

    [GeneratedRegex(@"^([^:\[\]()<>]{1,24}):\s*(?=\S)")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\G[\[<]\s*\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\s*[\]>]")]
    private static partial Regex Stamp();

    /// <summary>Elements of HTML.</summary>
    [GeneratedRegex(@"\G</?(?:b|i|u|em|strong|p|div|span|font|a|h[1-6]|br|hr|small|pre|code|li|ul|ol)(?:\s[^<>]{0,200})?/?>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Element();

    /// <summary>The headers of LRC files.</summary>
    [GeneratedRegex("^(?:ti|ar|al|au|by|offset|length|re|ve|la|id|tool|key|lr|title|artist|album|author|#)\\s*:",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Header();

    [GeneratedRegex(@"^\(\s*(?:x\s*\d{1,2}|\d{1,2}\s*x|×\s*\d{1,2}|\d{1,2}\s*times|repeat[^)]{0,20}|bis|重复[^)]{0,6}|重複[^)]{0,6})\s*\)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Repetition();

    [GeneratedRegex(@"(?<=\S)\s+[xX×]\s?\d{1,2}$")]
    private static partial Regex Times();

    [GeneratedRegex(@"^\s*(?:male|female|man|woman|boy|girl|men|women|both|all|duet|choir|singer\s?\d?|vocalist\s?\d?|男|女|合|男声|女声|合唱|男女|齐唱|男聲|女聲|齊唱)\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Singer();
}
