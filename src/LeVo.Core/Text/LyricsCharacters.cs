using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LeVo.Core.Text;

/// <summary>
/// Replaces characters that the training data do not have: what looks like a known character becomes that one, what is
/// invisible is removed, and what cannot be sung is removed with a warning.
/// </summary>
internal static partial class LyricsCharacters
{
    /// <summary>Replacements, and the characters that they replace. Full-width forms of ASCII follow their ASCII form.</summary>
    private static readonly (string Replacement, string Characters)[] Table =
    [
        ("'", "\u2018\u2019\u201A\u201B\u2032\u02BC\u00B4`"),
        ("\"", "\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB\u2039\u203A\u3008\u3009\u300A\u300B\u300C\u300D\u300E\u300F\u301D\u301E\u301F\uFF62\uFF63"),
        ("-", "\u2010\u2011\u2012\u2013\u2212\uFE63"),
        (" - ", "\u2014\u2015\u2E3A\u2E3B"),
        (".", "!?;\u3001\u3002\uFF61\uFF64\u2026\u2025\u203C\u2047\u2048\u2049\u00A1\u00BF\u060C\u061B\u061F\u06D4\u0964\uFE52"),
        (". ", "\uFF0C\uFE50\uFE51"),
        (" ", "\t\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000"
            + "\u2022\u2023\u25E6\u30FB\uFF65\u301C\uFF5E"),
        ("\n", "\u000B\u000C\u0085\u2028\u2029"),
        ("[", "\u3010\u3014\u3016\u301A{"),
        ("]", "\u3011\u3015\u3017\u301B}"),
        ("", "\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B\u180C\u180D\u180E\u200B\u200E\u200F\u202A\u202B\u202C\u202D\u202E"
            + "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206A\u206B\u206C\u206D\u206E\u206F\u3164\uFEFF\uFFA0~\u3003"),
        ("ff", "\uFB00"), ("fi", "\uFB01"), ("fl", "\uFB02"), ("ffi", "\uFB03"), ("ffl", "\uFB04"), ("st", "\uFB05\uFB06"),
    ];

    /// <summary>Sequences that stand for a character.</summary>
    private static readonly (string Sequence, string Replacement)[] Sequences =
    [
        ("\r\n", "\n"), ("\r", "\n"), ("\\r\\n", "\n"), ("\\n", "\n"), ("<br>", "\n"), ("<br/>", "\n"), ("<br />", "\n"),
    ];

    /// <summary>What is only told of, where text is otherwise in the released form.</summary>
    private const string Typographic = "\u2018\u2019\u201C\u201D\u2013\u2014\u00A0\u3000\u2010\u2011\u00AB\u00BB\u2032\u02BC\u00A1\u00BF\u060C\u061F";

    private static readonly Dictionary<char, string> Replacements = Table
        .SelectMany(row => row.Characters, (row, character) => (character, row.Replacement)).ToDictionary();

    private static readonly SearchValues<char> SequenceStarts = SearchValues.Create("\r\\<");

    /// <summary>Whether text has characters that must be replaced even where it is otherwise in the released form.</summary>
    public static bool NeedReading(string text) => SpecialToken().IsMatch(text) || HtmlEntities.AreIn(text)
        || Sequences.Any(row => row.Sequence != "\r" && text.Contains(row.Sequence, StringComparison.OrdinalIgnoreCase))
        || text.EnumerateRunes().Any(rune =>
        (rune.Value is > 0x7E or '\t' && !IsTypographic(rune) && Replacement(rune) is not null) || !IsSingable(rune));

    /// <summary>The typographic characters of a text, each once.</summary>
    public static string TypographicIn(string text) => string.Concat(text.Where(c => Typographic.Contains(c, StringComparison.Ordinal)).Distinct());

    /// <summary>Replaces the characters of a text.</summary>
    /// <param name="read">The text as it was read.</param>
    /// <param name="notes">Receives what was done.</param>
    public static PlacedText Normalize(PlacedText read, LyricsNotes notes)
    {
        var kept = new PlacedTextBuilder();
        string text = read.Text;
        for (int at = 0; at < text.Length;)
        {
            int place = read.PlaceOf(at);
            if (SequenceAt(text, at) is { Sequence: not null } found)
            {
                kept.Append(found.Replacement, place);
                at += found.Sequence.Length;
                continue;
            }
            bool valid = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int width) == OperationStatus.Done;
            if (!valid || !IsSingable(rune))
                notes.Unsingable(place, text.Substring(at, width));
            else if (rune.Value is '*' or '_')
                width = Emphasis(read, at, kept, notes);
            else if (IsJoiner(rune))
                AppendJoiner(read, at, kept);
            else if (Replacement(rune) is { } replacement)
            {
                kept.Append(replacement, place);
                if (rune.Value != ';' || !EndsSection(text.AsSpan(at + 1)))
                    notes.Replaced(place, rune, replacement);
            }
            else
                for (int i = at; i < at + width; i++)
                    kept.Append(text[i], read.PlaceOf(i));
            at += width;
        }
        return WithoutSpecialTokens(kept.Build(), notes);
    }

    /// <summary>The replacement of a character; null if it is kept.</summary>
    private static string? Replacement(Rune rune)
    {
        if (rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0000 and <= 0xE0FFF) // variation selectors and tags
            return "";
        if (!rune.IsBmp)
            return null;
        char character = (char)rune.Value;
        if (Replacements.GetValueOrDefault(character) is { } replacement)
            return replacement;
        if (character is not (>= '\uFF01' and <= '\uFF5E'))
            return Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && !IsJoiner(rune) ? "" : null;
        char ascii = (char)(character - 0xFEE0);
        return Replacements.GetValueOrDefault(ascii) ?? ascii.ToString();
    }

    private static (string Sequence, string Replacement) SequenceAt(string text, int at) => SequenceStarts.Contains(text[at])
        ? Sequences.FirstOrDefault(row => text.AsSpan(at).StartsWith(row.Sequence, StringComparison.OrdinalIgnoreCase))
        : default;

    /// <summary>Removes marks of emphasis; between letters, such as in "f**k", they are kept.</summary>
    private static int Emphasis(PlacedText read, int at, PlacedTextBuilder kept, LyricsNotes notes)
    {
        string text = read.Text;
        int end = at;
        while (end < text.Length && text[end] is '*' or '_')
            end++;
        if (at > 0 && end < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[end]))
            kept.Append(read.Slice(at, end - at));
        else
            notes.Markup(read.PlaceOf(at), text[at..end]);
        return end - at;
    }

    /// <summary>Joiners are part of the spelling in several scripts; elsewhere they belong to emoji.</summary>
    private static void AppendJoiner(PlacedText read, int at, PlacedTextBuilder kept)
    {
        if (at > 0 && at + 1 < read.Length && IsComplexScript(read.Text[at - 1]) && IsComplexScript(read.Text[at + 1]))
            kept.Append(read.Text[at], read.PlaceOf(at));
    }

    /// <summary>Whether a semicolon separates sections, as in the released form.</summary>
    private static bool EndsSection(ReadOnlySpan<char> rest) =>
        rest.TrimStart(" \t") is var next && (next.IsEmpty || next[0] is '[' or '\n' or '\r');

    private static bool IsTypographic(Rune rune) => rune.IsBmp && Typographic.Contains((char)rune.Value, StringComparison.Ordinal);

    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    private static bool IsComplexScript(char c) => c is >= '\u0600' and < '\u1200' && (char.IsLetter(c) || char.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    private static bool IsSingable(Rune rune) => rune.Value is '\n' or '\r' || Replacement(rune) is not null
        || (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.OtherSymbol or UnicodeCategory.Control or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.EnclosingMark)
        && rune.Value is not (>= 0x2190 and <= 0x21FF or >= 0x1F3FB and <= 0x1F3FF or 0xFFFD));

    /// <summary>Removes the tokenizer's special tokens. The reader drops every other '|', so that none can form again.</summary>
    private static PlacedText WithoutSpecialTokens(PlacedText text, LyricsNotes notes)
    {
        var kept = new PlacedTextBuilder();
        int from = 0;
        foreach (Match match in SpecialToken().Matches(text.Text))
        {
            kept.Append(text.Slice(from, match.Index - from));
            notes.Unsingable(text.PlaceOf(match.Index), match.Value);
            from = match.Index + match.Length;
        }
        kept.Append(text.Slice(from));
        return kept.Build();
    }

    [GeneratedRegex(@"<\|\s*\w{1,40}\s*\|>")]
    private static partial Regex SpecialToken();
}
