using System.Text.RegularExpressions;

namespace LeVo.Core.Text;

/// <summary>What a line of lyrics is.</summary>
internal enum LineRole
{
    /// <summary>Words, tags and whatever stands among them.</summary>
    Words,

    /// <summary>Words after the number of a list.</summary>
    ListItem,

    /// <summary>The end of a paragraph.</summary>
    Blank,

    /// <summary>A blank line between two lines of subtitles, which does not end a paragraph.</summary>
    CueGap,

    /// <summary>The number of a line of subtitles.</summary>
    CueNumber,

    /// <summary>The time of a line of subtitles.</summary>
    Time,

    /// <summary>The header of a subtitle file.</summary>
    Header,
}

/// <summary>
/// Finds the lines that can only be told from words by their neighbours: those of subtitle files (SRT, WebVTT) and numbered
/// lists. A number is sung unless it is above a time, or begins one of at least two lines that count on.
/// </summary>
internal static partial class LineRoles
{
    /// <summary>The role of each line.</summary>
    public static LineRole[] Of(IReadOnlyList<PlacedText> lines)
    {
        LineRole[] roles = [.. lines.Select(line => line.Length == 0 ? LineRole.Blank : LineRole.Words)];
        if (MarkCues(lines, roles))
            MarkHeader(lines, roles);
        MarkItems(lines, roles);
        return roles;
    }

    /// <summary>The number of a list's item.</summary>
    [GeneratedRegex(@"^(\d{1,3})[.)](?!\d)\s*")]
    public static partial Regex Number();

    private static bool MarkCues(IReadOnlyList<PlacedText> lines, LineRole[] roles)
    {
        bool any = false;
        for (int i = 0; i < roles.Length; i++)
        {
            if (!Time().IsMatch(lines[i].Text))
                continue;
            any = true;
            roles[i] = LineRole.Time;
            int above = i - 1;
            if (above >= 0 && CueNumber().IsMatch(lines[above].Text))
                roles[above--] = LineRole.CueNumber;
            for (; above >= 0 && roles[above] == LineRole.Blank; above--)
                roles[above] = LineRole.CueGap;
        }
        return any;
    }

    private static void MarkHeader(IReadOnlyList<PlacedText> lines, LineRole[] roles)
    {
        int first = Array.IndexOf(roles, LineRole.Words);
        if (first < 0 || !lines[first].Text.StartsWith("WEBVTT", StringComparison.Ordinal))
            return;
        for (int i = first; i < roles.Length && roles[i] == LineRole.Words; i++)
            roles[i] = LineRole.Header;
    }

    private static void MarkItems(IReadOnlyList<PlacedText> lines, LineRole[] roles)
    {
        (int Line, int Number) last = (-1, -1);
        for (int i = 0; i < roles.Length; i++)
        {
            string text = lines[i].Text;
            if (roles[i] != LineRole.Words || Number().Match(text[LyricsReader.Marks().Match(text).Length..].Trim()) is not { Success: true } match)
                continue;
            int number = int.Parse(match.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
            if (last.Line >= 0 && number == last.Number + 1)
                roles[last.Line] = roles[i] = LineRole.ListItem;
            last = (i, number);
        }
    }

    /// <summary>A line such as <c>00:00:12,000 --> 00:00:15,500</c>, without hours or with settings in WebVTT.</summary>
    [GeneratedRegex(@"^(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,:]\d{1,3})?\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,:]\d{1,3})?")]
    private static partial Regex Time();

    [GeneratedRegex(@"^\d{1,6}$")]
    private static partial Regex CueNumber();
}
