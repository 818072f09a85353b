namespace LeVo.Core.Text;

/// <summary>Collects sections and writes them in the released form.</summary>
/// <param name="source">The text that is read.</param>
/// <param name="tags">The model's tags.</param>
/// <param name="notes">Receives what was assumed.</param>
internal sealed class SectionWriter(string source, IReadOnlyList<string> tags, LyricsNotes notes)
{
    private const string SentenceEnds = ".!?\u3002\uFF01\uFF1F\u2026\uFF0E";
    private readonly List<Section> sections = [];
    private bool blank = true, tagged;

    /// <summary>Whether the next line is the first one after a blank line.</summary>
    public bool StartsParagraph => blank;

    public void AddBlank() => blank = true;

    public void AddTag(string tag, int place)
    {
        if (!tagged && sections.Count > 0)
        {
            Section first = sections[0] with { Sentences = [.. sections.SelectMany(section => section.Sentences)] };
            notes.Add(first.Place, LyricsCodes.SectionsAssumed, $"Words before the first tag are sung as {first.Tag}");
            sections.Clear();
            sections.Add(first);
        }
        sections.Add(new(tag, place, []));
        tagged = true;
        blank = false;
    }

    /// <summary>Adds a line's words, split at full stops.</summary>
    public void AddWords(PlacedText words)
    {
        for (int from = 0, to; from < words.Length; from = to + 1)
        {
            to = from;
            while (to < words.Length && !IsFullStop(words.Text, to))
                to++;
            PlacedText sentence = words.Slice(from, to - from).Trim(",:-.");
            if (sentence.Text.Any(char.IsLetterOrDigit))
                Add(sentence);
        }
    }

    /// <summary>The sections in the released form.</summary>
    public PlacedText Finish()
    {
        if (!tagged && sections.Count > 0)
        {
            notes.Add(sections[0].Place, LyricsCodes.SectionsAssumed, sections.Count == 1
                ? $"There are no tags: the words are one {sections[0].Tag}"
                : "There are no tags: the paragraphs are verse and chorus in turn");
            for (int i = 1; i < sections.Count; i += 2)
                sections[i] = sections[i] with { Tag = SectionNames.Sung(tags, "chorus") };
        }
        var text = new PlacedTextBuilder();
        foreach (Section section in sections)
            Write(section, text);
        return text.Build();
    }

    private void Add(PlacedText sentence)
    {
        int place = sentence.PlaceOf(0);
        Section? last = sections.LastOrDefault();
        if (last is null || (!tagged && blank))
        {
            last = new(SectionNames.Sung(tags), place, []);
            sections.Add(last);
        }
        else if (last.Sentences.Count == 0 && StructureTag.KindOf(last.Tag) == LyricsSectionKind.Instrumental)
        {
            string sung = SectionNames.Sung(tags);
            notes.Add(place, LyricsCodes.SectionsAssumed, $"Words after {last.Tag} are sung as {sung}");
            if (!blank) // the words belong to the section
                sections.RemoveAt(sections.Count - 1);
            last = new(sung, blank ? place : last.Place, []);
            sections.Add(last);
        }
        last.Sentences.Add(sentence);
        blank = false;
    }

    private void Write(Section section, PlacedTextBuilder text)
    {
        if (text.Length > 0)
            text.Append(" ; ", section.Place);
        text.Append(section.Tag, section.Place);
        for (int i = 0; i < section.Sentences.Count; i++)
        {
            PlacedText sentence = section.Sentences[i];
            text.Append(i == 0 ? " " : ".", sentence.PlaceOf(0));
            text.Append(sentence);
        }
        if (section.Sentences.Count > 0)
            EndSection(section.Sentences[^1], text);
    }

    /// <summary>The released guide: words in Latin letters end with a full stop, Chinese ones do not.</summary>
    private void EndSection(PlacedText sentence, PlacedTextBuilder text)
    {
        int place = sentence.PlaceOf(sentence.Length - 1);
        char letter = sentence.Text.LastOrDefault(char.IsLetterOrDigit);
        bool latin = letter < '\u0250' || letter is >= '\u1E00' and < '\u1F00';
        bool ended = false;
        for (int i = place + 1; i < source.Length && !char.IsLetterOrDigit(source[i])
            && source[i] is not ('\n' or '\r' or '[' or ';'); i++)
            ended |= SentenceEnds.Contains(source[i], StringComparison.Ordinal);
        if (latin)
            text.Append('.', place);
        if (latin != ended)
            notes.Add(place, LyricsCodes.FullStop, latin ? "A full stop is added at the end of the section"
                : "The full stop at the end of the section is dropped");
    }

    /// <summary>A full stop that is no decimal point.</summary>
    private static bool IsFullStop(string text, int at) => text[at] == '.'
        && !(at > 0 && at + 1 < text.Length && char.IsDigit(text[at - 1]) && char.IsDigit(text[at + 1]));

    private sealed record Section(string Tag, int Place, List<PlacedText> Sentences);
}
