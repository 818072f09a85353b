using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Core.Tests.Text;

public class LyricsTests
{
    [Theory]
    [InlineData("[intro-short] ; [verse] Morning light. Coffee and rain. ; [chorus] Sing it out loud.")]
    [InlineData("[verse][chorus]")]
    [InlineData("words ; [Verse] more;[hook]a.b..c ;")]
    [InlineData(" [verse] 窗外的雨还在下.我们走过春天的河 ; [chorus] oh [x] oh ")]
    public void The_released_form_is_rendered_as_it_stands(string text)
    {
        Assert.Equal(text, Lyrics.Parse(text).Render());
        Assert.Equal(text, Lyrics.Parse("\n" + text + "\r\n").Render());
    }

    [Fact]
    public void Double_spaces_go_once() =>
        Assert.Equal("[verse] a  b ; [chorus] c", Lyrics.Parse("[verse]  a    b ;  [chorus] c").Render());

    [Fact]
    public void Sections_have_tags_kinds_sentences_and_places()
    {
        Lyrics lyrics = Lyrics.Parse("[intro-short] ; [verse] Morning light. Coffee and rain. ; [chorus] Sing");
        Assert.Empty(lyrics.Findings);
        Assert.Equal(["[intro-short]", "[verse]", "[chorus]"], lyrics.Sections.Select(section => section.Tag));
        Assert.Equal([LyricsSectionKind.Instrumental, LyricsSectionKind.Sung, LyricsSectionKind.Sung],
            lyrics.Sections.Select(section => section.Kind));
        Assert.Equal(["Morning light", "Coffee and rain"], lyrics.Sections[1].Sentences);
        Assert.Equal((1, 17), (lyrics.Sections[1].Line, lyrics.Sections[1].Column));
    }

    [Theory]
    [InlineData("[intro-short]\n\n[Verse]\nMorning light.\n  Coffee and rain  \n\n[CHORUS] Sing it\nout loud\n")]
    [InlineData("[intro-short] ;\r\n[verse] Morning light. Coffee and rain ;\r\n[chorus]\r\nSing it\r\nout loud")]
    [InlineData("\n\n[intro-short]\n[verse]\nMorning  light\n\nCoffee and rain.\n[chorus]\nSing it.\nout loud...")]
    public void Lines_become_the_released_form(string text)
    {
        Lyrics lyrics = Lyrics.Parse(text);
        Assert.Empty(lyrics.Findings);
        const string Released = "[intro-short] ; [verse] Morning light.Coffee and rain ; [chorus] Sing it.out loud";
        Assert.Equal(Released, lyrics.Render());
        Assert.Equal(Released, Lyrics.Parse(Released).Render());
    }

    [Theory]
    [InlineData("[verse] la ; [hook] oh", LyricsCodes.UnknownTag, 1, 1, 14, "the tags are [verse]")]
    [InlineData("[verse] la ; [Chorus] oh", LyricsCodes.UnknownTag, 1, 1, 14, "did you mean [chorus]?")]
    [InlineData("[intro] ; [verse] la", LyricsCodes.UnknownTag, 0, 1, 1, "did you mean [intro-short]?")]
    [InlineData("[verse] la\n[Verse 2]\nla", LyricsCodes.UnknownTag, 1, 2, 1, "did you mean [verse]?")]
    [InlineData("[verse] la [ha] la", LyricsCodes.UnknownTag, 0, 1, 12, "[ha]")]
    [InlineData("[verse] la ; [vers] la", LyricsCodes.UnknownTag, 1, 1, 14, "[verse]")]
    [InlineData("la la ; [chrous] la ; [verse] la", LyricsCodes.UnknownTag, 1, 1, 9, "[chorus]")]
    [InlineData("[inst-short] la ; [verse] la", LyricsCodes.LyricsForbidden, 0, 1, 1, "[inst-short]")]
    [InlineData("[verse] ; [chorus] la", LyricsCodes.LyricsRequired, 0, 1, 1, "[verse]")]
    [InlineData("[verse]\n!!\n\n[chorus]\nla", LyricsCodes.LyricsRequired, 0, 1, 1, "[verse]")]
    [InlineData("[verse] 雨，雨。 ; [chorus] la", LyricsCodes.FullWidthPunctuation, 0, 1, 10, "'，'")]
    [InlineData("[verse]\r\n雨\r\n雨。\r\n[chorus]\r\nla", LyricsCodes.FullWidthPunctuation, 0, 3, 2, "'。'")]
    [InlineData("  la la ; [verse] la", LyricsCodes.TextBeforeFirstTag, 0, 1, 3, "[verse]")]
    [InlineData("la la", LyricsCodes.TextBeforeFirstTag, 0, 1, 1, "[verse]")]
    public void Oddities_are_found_at_their_place(
        string text, string code, int section, int line, int column, string message)
    {
        LyricsFinding finding = Lyrics.Parse(text).Findings.First(finding => finding.Code == code);
        Assert.Equal((FindingSeverity.Warning, section, line, column),
            (finding.Severity, finding.Section, finding.Line, finding.Column));
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        var error = Assert.Throws<LyricsFormatException>(() => Lyrics.Parse(text, strict: true));
        Assert.Contains(finding with { Severity = FindingSeverity.Error }, error.Findings);
        Assert.Contains(finding.Message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_come_in_the_order_of_the_text()
    {
        Lyrics lyrics = Lyrics.Parse("la ; [inst-short] 雨。 ; [verse] ; [hook]");
        Assert.Equal([LyricsCodes.TextBeforeFirstTag, LyricsCodes.LyricsForbidden, LyricsCodes.FullWidthPunctuation,
            LyricsCodes.LyricsRequired, LyricsCodes.UnknownTag], lyrics.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    [InlineData(" ; ")]
    public void Nothing_can_come_of_nothing(string text)
    {
        var error = Assert.Throws<LyricsFormatException>(() => Lyrics.Parse(text));
        Assert.Equal((LyricsCodes.Blank, FindingSeverity.Error), (error.Findings[0].Code, error.Findings[0].Severity));
    }

    [Fact]
    public void Good_lyrics_pass_strict_parsing() =>
        Assert.Empty(Lyrics.Parse("[verse]\nla\n\n[outro-short]", strict: true).Findings);

    [Fact]
    public void A_model_may_have_its_own_tags()
    {
        Lyrics lyrics = Lyrics.Parse("[inst-tiny] ; [rap] yo ; [verse] la", tags: ["[rap]", "[inst-tiny]"]);
        Assert.Equal([LyricsSectionKind.Instrumental, LyricsSectionKind.Sung, LyricsSectionKind.Unknown],
            lyrics.Sections.Select(section => section.Kind));
        Assert.Equal(LyricsCodes.UnknownTag, Assert.Single(lyrics.Findings).Code);
    }

    [Fact]
    public void The_accompaniment_is_generated_without_words() =>
        Assert.Equal(".", Lyrics.Parse("[verse] la").Render(SongPart.Accompaniment));

    [Fact]
    public void Lyrics_longer_than_the_model_reads_are_found_with_the_section_that_is_cut()
    {
        var tokenizer = new Qwen2Tokenizer(Qwen2Vocabulary.Load(Path.Combine(Golden.Carried, "qwen2")), LyricsTags);
        Lyrics lyrics = Lyrics.Parse("[verse] la la la ; [chorus] oh oh oh ; [verse] la");
        int all = 1 + tokenizer.Encode(lyrics.Render()).Length;
        int before = 1 + tokenizer.Encode("[verse] la la la ; [chorus] oh oh oh ; ").Length;
        Assert.Null(lyrics.CheckLength(tokenizer, all));
        LyricsFinding finding = lyrics.CheckLength(tokenizer, all - 1)!;
        Assert.Equal((LyricsCodes.TooLong, 2, 48), (finding.Code, finding.Section, finding.Column));
        Assert.Contains($"{all} tokens, {all - 1} fit", finding.Message, StringComparison.Ordinal);
        Assert.Equal(2, lyrics.CheckLength(tokenizer, before)!.Section);
        Assert.Equal(1, lyrics.CheckLength(tokenizer, before - 1)!.Section);
        Assert.Equal(0, lyrics.CheckLength(tokenizer, 3)!.Section);
    }

    [Fact]
    public void Noise_parses()
    {
        var random = new Random(3);
        string[] parts =
            ["[", "]", "[verse]", "[Verse]", " ; ", ";", "\n", "\r", " ", ".", "la", "。", "[intro-short]", "\ud800"];
        for (int i = 0; i < 5000; i++)
        {
            string text = "x" + string.Concat(random.GetItems(parts, random.Next(12)));
            Lyrics lyrics = Lyrics.Parse(text);
            Assert.All(lyrics.Findings, found => Assert.InRange(found.Section!.Value, 0, lyrics.Sections.Count - 1));
            if (!text.TrimEnd('\n', '\r').Contains('\n') && !text.TrimEnd('\n', '\r').Contains('\r'))
                Assert.Equal(Lyrics.WithoutDoubleSpaces(text.TrimEnd('\n', '\r')), lyrics.Render());
        }
    }

    private static string[] LyricsTags => [.. new LeVo.Core.Model.LeLmConfig().StructureTags, "."];
}
