namespace LeVo.Core.Text;

/// <summary>Splits lyrics into sections and collects the findings.</summary>
internal sealed class LyricsParser
{
    private static readonly char[] LineBreaks = ['\n', '\r'];
    private readonly string text;
    private readonly bool strict;
    private readonly IReadOnlyList<string> tags;
    private readonly bool manyLines;
    private readonly List<int> lineStarts = [0];
    private readonly List<LyricsSection> sections = [];
    private readonly List<int> offsets = []; // start of each section
    private readonly List<(int At, FindingSeverity Severity, string Code, string Message)> findings = [];

    public LyricsParser(string text, bool strict, IReadOnlyList<string> tags)
    {
        this.text = text;
        this.strict = strict;
        this.tags = tags;
        manyLines = text.AsSpan().Trim(LineBreaks).ContainsAny(LineBreaks);
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '\n' || (text[i] == '\r' && !text.AsSpan(i + 1).StartsWith("\n")))
                lineStarts.Add(i + 1);
    }

    public Lyrics Parse()
    {
        List<(int At, string Written, string? Tag)> starts = Starts();
        int first = starts.Count > 0 ? starts[0].At : text.Length;
        if (Sentences(0, first) is { Length: > 0 } preamble)
        {
            int at = Enumerable.Range(0, first).First(i => !char.IsWhiteSpace(text[i]));
            Report(at, LyricsCodes.TextBeforeFirstTag,
                $"Words stand before the first tag; begin with a tag, for example {tags.FirstOrDefault()}.");
            AddSection("", LyricsSectionKind.Unknown, preamble, at, at, first);
        }
        for (int i = 0; i < starts.Count; i++)
        {
            (int at, string written, string? tag) = starts[i];
            int body = at + written.Length, end = i + 1 < starts.Count ? starts[i + 1].At : text.Length;
            LyricsSectionKind kind = tag is null ? LyricsSectionKind.Unknown : StructureTag.KindOf(tag);
            AddSection(tag ?? written, kind, Sentences(body, end), at, body, end);
        }
        if (sections.Count == 0)
            Report(0, LyricsCodes.Blank, "There is no text.", FindingSeverity.Error);
        return new(sections, [.. findings.OrderBy(found => found.At).Select(Finding)],
            text, manyLines ? null : text.Trim(LineBreaks));
    }

    /// <summary>The starts of sections: every tag of the model, and brackets where a tag is expected.</summary>
    private List<(int At, string Written, string? Tag)> Starts()
    {
        var starts = new List<(int, string, string?)>();
        bool expected = true; // at the beginning, after a semicolon, on a new line
        for (int i = 0; i < text.Length; i++)
        {
            int close = text[i] == '[' ? text.AsSpan(i + 1).IndexOfAny("[]\r\n") + i + 1 : i;
            if (close > i && text[close] == ']')
            {
                string written = text[i..(close + 1)], tag = manyLines ? written.ToLowerInvariant() : written;
                bool known = tags.Contains(tag);
                if (known || expected)
                    starts.Add((i, written, known ? tag : null));
                if (!known)
                    Report(i, LyricsCodes.UnknownTag, $"{written} is not a tag of the model and is treated as words; "
                        + (StructureTag.Nearest(written, tags) is { } near
                            ? $"did you mean {near}?"
                            : $"the tags are {string.Join(' ', tags)}."));
                i = close;
                expected = false;
            }
            else if (text[i] == ';' || LineBreaks.Contains(text[i]))
                expected = text[i] == ';' || manyLines;
            else if (!char.IsWhiteSpace(text[i]))
                expected = false;
        }
        return starts;
    }

    private void AddSection(string tag, LyricsSectionKind kind, string[] sentences, int at, int body, int end)
    {
        bool words = sentences.Any(sentence => sentence.Any(char.IsLetterOrDigit));
        if (kind == LyricsSectionKind.Sung && !words)
            Report(at, LyricsCodes.LyricsRequired, $"The section {tag} has no words to sing.");
        if (kind == LyricsSectionKind.Instrumental && words)
            Report(at, LyricsCodes.LyricsForbidden, $"The section {tag} is instrumental, but has words.");
        int wide = Enumerable.Range(body, end - body).FirstOrDefault(i => IsFullWidth(text[i]), -1);
        if (wide >= 0)
            Report(wide, LyricsCodes.FullWidthPunctuation,
                $"'{text[wide]}' is full-width punctuation; the model expects only '.' between sentences.");
        (int line, int column) = Position(at);
        offsets.Add(at);
        sections.Add(new(tag, kind, sentences, line, column));
    }

    private void Report(int at, string code, string message, FindingSeverity severity = FindingSeverity.Warning) =>
        findings.Add((at, strict ? FindingSeverity.Error : severity, code, message));

    private LyricsFinding Finding((int At, FindingSeverity Severity, string Code, string Message) found)
    {
        (int line, int column) = Position(found.At);
        int section = Last(offsets, found.At);
        return new(found.Severity, found.Code, found.Message, section < 0 ? null : section, line, column);
    }

    /// <summary>
    /// A section's words, split at full stops and line breaks; the semicolon at the end is removed.
    /// </summary>
    private string[] Sentences(int start, int end)
    {
        ReadOnlySpan<char> body = text.AsSpan(start, end - start).Trim();
        if (body.EndsWith(";"))
            body = body[..^1];
        return body.ToString().Split(
            ['.', .. LineBreaks], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private (int Line, int Column) Position(int at)
    {
        int line = Last(lineStarts, at);
        return (line + 1, at - lineStarts[line] + 1);
    }

    /// <summary>
    /// The index of the last of the ascending positions that is not greater than a position, or -1.
    /// </summary>
    private static int Last(List<int> places, int at)
    {
        int found = places.BinarySearch(at);
        return found >= 0 ? found : ~found - 1;
    }

    private static bool IsFullWidth(char c) => c is (>= '\uFF01' and <= '\uFF0F') or (>= '\uFF1A' and <= '\uFF20')
        or (>= '\uFF3B' and <= '\uFF40') or (>= '\uFF5B' and <= '\uFF65') or (>= '\u3001' and <= '\u3003')
        or (>= '\u3008' and <= '\u3011') or '\u2026';
}
