using System.Buffers;
using System.Globalization;
using System.Text;

namespace LeVo.Core.Text;

/// <summary>
/// Splits text into the pieces within which Qwen2's byte pairs merge. Implements this pattern without a regular expression, because .NET's match UTF-16 code units and the pattern matches code points:
/// <code>
/// (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
/// </code>
/// Its alternatives cover every text without a gap.
/// </summary>
internal static class PreTokenizer
{
    private enum Kind
    {
        Letter,
        Number,
        Space,
        NewLine,
        Other,
        End,
    }

    /// <summary>Length in UTF-16 units of the first piece of a text that is not empty.</summary>
    public static int NextLength(ReadOnlySpan<char> text)
    {
        int contraction = Contraction(text);
        if (contraction > 0)
            return contraction;
        Kind first = At(text, 0, out int width), second = At(text, width, out int secondWidth);
        if (first == Kind.Letter)
            return Run(text, width, Kind.Letter);
        if (first is Kind.Space or Kind.Other && second == Kind.Letter)
            return Run(text, width + secondWidth, Kind.Letter);
        if (first == Kind.Number)
            return width;
        if (first == Kind.Other || (text[0] == ' ' && second == Kind.Other))
            return Run(text, Run(text, width, Kind.Other), Kind.NewLine);
        return Whitespace(text);
    }

    /// <summary>
    /// The length up to the last line break of a run of white space; without a line break, all but the last character
    /// before a word.
    /// </summary>
    private static int Whitespace(ReadOnlySpan<char> text)
    {
        int end = 0, afterBreak = 0; // all white space is in the basic multilingual plane
        for (; At(text, end, out _) is var kind and (Kind.Space or Kind.NewLine); end++)
            if (kind == Kind.NewLine)
                afterBreak = end + 1;
        if (afterBreak > 0)
            return afterBreak;
        return end == text.Length || end == 1 ? end : end - 1;
    }

    private static int Contraction(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '\'')
            return 0;
        char second = text.Length > 2 ? char.ToLowerInvariant(text[2]) : '\0';
        return char.ToLowerInvariant(text[1]) switch
        {
            's' or 'ſ' or 't' or 'm' or 'd' => 2, // the case folding of the long s is s
            'r' or 'v' when second == 'e' => 3,
            'l' when second == 'l' => 3,
            _ => 0,
        };
    }

    private static int Run(ReadOnlySpan<char> text, int start, Kind kind)
    {
        while (At(text, start, out int width) == kind)
            start += width;
        return start;
    }

    private static Kind At(ReadOnlySpan<char> text, int index, out int width)
    {
        width = 0;
        if (index >= text.Length)
            return Kind.End;
        OperationStatus status = Rune.DecodeFromUtf16(text[index..], out Rune rune, out width);
        if (status != OperationStatus.Done)
            return Kind.Other; // an unpaired surrogate
        if (rune.Value is '\r' or '\n')
            return Kind.NewLine;
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
                or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
                => Kind.Number,
            _ => Kind.Other,
        };
    }
}
