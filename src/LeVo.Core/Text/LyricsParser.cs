namespace LeVo.Core.Text;

/// <summary>Splits lyrics into sections and collects the findings.</summary>
internal sealed class LyricsParser
{
    private static readonly char[] LineBreaks = ['\n', '\r'];
    private readonly string text;
    private readonly bool strict;
    private readonly IReadOnlyList<string> tags;
    private readonly bool manyLines;
    private readonly TextLines lines;
    private readonly ReadOnlyMemory<int>? places;
    private readonly List<LyricsSection> sections = [];
    private readonly List<int> offsets = []; // start of each section
    private readonly List<(int At, FindingSeverity Severity, string Code, string Message)> findings = [];

    public LyricsParser(string text, bool strict, IReadOnlyList<string> tags)
    {
        this.text = text;
        this.strict = strict;
        this.tags = tags;
        manyLines = text.AsSpan().Trim(LineBreaks).ContainsAny(LineBreaks);
        lines = new(text);
    }

    /// <summary>Parses text that was converted from another form; positions are those of the source.</summary>
    /// <param name="converted">The released form.</param>
    /// <param name="source">What was read.</param>
    /// <param name="notes">What the conversion did.</param>
    /// <param name="strict">Whether every warning is an error.</param>
    /// <param name="tags">The model's tags.</param>
    public LyricsParser(PlacedText converted, string source, LyricsNotes notes, bool strict, IReadOnlyList<string> tags)
        : this(converted.Text, strict, tags)
    {
        lines = new(source);
        places = converted.Places;
        foreach ((int at, FindingSeverity severity, string code, string message) in notes.All)
            Add(at, code, message, severity);
    }

    public Lyrics Parse()
    {
        List<(int At, string Written, string? Tag)> starts = Starts();
        int first = starts.Count > 0 ? starts[0].At : text.Length;
        if (Sentences(0, first).Count > 0)
        {
            int at = Enumerable.Range(0, first).First(i => !char.IsWhiteSpace(text[i]));
            Report(at, LyricsCodes.TextBeforeFirstTag,
                $"Words stand before the first tag; begin with a tag, for example {tags.FirstOrDefault()}.");
            AddSection("", LyricsSectionKind.Unknown, at, 0, first);
        }
        for (int i = 0; i < starts.Count; i++)
        {
            (int at, string written, string? tag) = starts[i];
            int body = at + written.Length, end = i + 1 < starts.Count ? starts[i + 1].At : text.Length;
            LyricsSectionKind kind = tag is null ? LyricsSectionKind.Unknown : StructureTag.KindOf(tag);
            AddSection(tag ?? written, kind, at, body, end);
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

    private void AddSection(string tag, LyricsSectionKind kind, int at, int body, int end)
    {
        List<(string Text, int At)> sentences = Sentences(body, end);
        bool words = sentences.Exists(sentence => sentence.Text.Any(char.IsLetterOrDigit));
        if (kind == LyricsSectionKind.Sung && !words)
            Report(at, LyricsCodes.LyricsRequired, $"The section {tag} has no words to sing.");
        if (kind == LyricsSectionKind.Instrumental && words)
            Report(at, LyricsCodes.LyricsForbidden, $"The section {tag} is instrumental, but has words.");
        int wide = Enumerable.Range(body, end - body).FirstOrDefault(i => IsFullWidth(text[i]), -1);
        if (wide >= 0)
            Report(wide, LyricsCodes.FullWidthPunctuation,
                $"'{text[wide]}' is full-width punctuation; the model expects only '.' between sentences.");
        (int line, int column) = lines.Position(PlaceOf(at));
        offsets.Add(PlaceOf(at));
        sections.Add(new(tag, kind, [.. sentences.Select(sentence => sentence.Text)], line, column)
        {
            Positions = [.. sentences.Select(sentence => lines.Position(PlaceOf(sentence.At)))],
        });
    }

    private void Report(int at, string code, string message, FindingSeverity severity = FindingSeverity.Warning) =>
        Add(PlaceOf(at), code, message, severity);

    private void Add(int place, string code, string message, FindingSeverity severity) => findings.Add(
        (place, strict && severity == FindingSeverity.Warning ? FindingSeverity.Error : severity, code, message));

    /// <summary>The place in the source of a character.</summary>
    private int PlaceOf(int at) => places is { } known ? at < known.Length ? known.Span[at] : 0 : at;

    private LyricsFinding Finding((int At, FindingSeverity Severity, string Code, string Message) found)
    {
        (int line, int column) = lines.Position(found.At);
        int section = TextLines.LastAt(offsets, found.At);
        return new(found.Severity, found.Code, found.Message, section < 0 ? null : section, line, column);
    }

    /// <summary>
    /// A section's words, split at full stops and line breaks; the semicolon at the end is removed.
    /// </summary>
    private List<(string Text, int At)> Sentences(int start, int end)
    {
        var sentences = new List<(string, int)>();
        end = start + text.AsSpan(start, end - start).TrimEnd().Length;
        if (end > start && text[end - 1] == ';')
            end--;
        for (int from = start, to; from < end; from = to + 1)
        {
            int length = text.AsSpan(from, end - from).IndexOfAny('.', '\n', '\r');
            to = length < 0 ? end : from + length;
            ReadOnlySpan<char> sentence = text.AsSpan(from, to - from);
            if (!sentence.IsWhiteSpace())
                sentences.Add((sentence.Trim().ToString(), from + sentence.Length - sentence.TrimStart().Length));
        }
        return sentences;
    }

    private static bool IsFullWidth(char c) => c is (>= '\uFF01' and <= '\uFF0F') or (>= '\uFF1A' and <= '\uFF20')
        or (>= '\uFF3B' and <= '\uFF40') or (>= '\uFF5B' and <= '\uFF65') or (>= '\u3001' and <= '\u3003')
        or (>= '\u3008' and <= '\u3011') or '\u2026';
}
