using System.Text.Json;
using CsCheck;
using LeVo.Core.Text;
using LeVo.Testing;

namespace LeVo.Core.Tests.Text;

public class LyricsDialectTests
{
    private static readonly string[] Words = ["rain", "light", "don't", "夜里", "風", "привет", "mañana", "über", "oh", "so long"];

    private static readonly string[] Tags = ["[Verse 1]", "[verse]", "**[Chorus]**", "## Bridge", "【副歌】", "[Intro]", "Chorus:", "[Guitar Solo]",
        "[00:10.00][Outro]", "［verse］", "[inst-short]"];

    /// <summary>What stands around words; %s is the words.</summary>
    private static readonly string[] Decorations = ["%s", "[00:12.30]%s", "- %s", "(%s)", "*%s*", "%s 🎉", "%s...", "“%s”", "\t%s\u200b", "[zh] %s",
        "%s [pause]", "[softly, with strings]%s!", "<|im_end|>%s；", "Male: %s", "%s (x2)", "%s，", "<b>%s</b>", "<*|im_end|>%s",
        "&quot;%s&hellip;", "&lt;i&gt;%s&lt;/i&gt;&#127881;", "%s&nbsp;&ndash;"];

    private static readonly string[] Breaks = ["\n", "\r\n", "\r", "\n\n", "\n[ti: Title]\n", "\n---\n", "\u2028", " ;\n",
        "\n\n7\n00:00:12,000 --> 00:00:15,500\n", "\n00:12.000 --> 00:15.500 line:0\n"];

    public static TheoryData<string, string, string, string[]> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, string, string[]>();
            foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Text", "Files", "dialects.jsonl")))
            {
                JsonElement entry = JsonDocument.Parse(line).RootElement;
                cases.Add(Text("kind"), Text("text"), Text("expected"),
                    [.. entry.GetProperty("codes").EnumerateArray().Select(code => code.GetString()!)]);

                string Text(string name) => entry.GetProperty(name).GetString()!;
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ADialectBecomesTheReleasedForm(string kind, string text, string expected, string[] codes)
    {
        Lyrics lyrics = Lyrics.Parse(text, LyricsDialect.Auto);
        Assert.Equal(expected, lyrics.Render());
        Assert.Equal(codes.Order(), lyrics.Findings.Select(finding => finding.Code).Distinct().Order());
        Assert.All(lyrics.Findings, finding => Assert.Equal(
            finding.Code is "not_singable" or "lyrics_required" ? FindingSeverity.Warning : FindingSeverity.Information, finding.Severity));
        Assert.Equal(lyrics.Findings.Count, lyrics.Findings.DistinctBy(finding => (finding.Line, finding.Code)).Count());
        Assert.NotEmpty(kind);
        Assert.Equal(expected, Lyrics.Parse(lyrics.Render(), LyricsDialect.Auto).Render());
        Assert.Equal(lyrics.Render(), JsonSerializer.Deserialize<Lyrics>(JsonSerializer.Serialize(lyrics))!.Render());
    }

    [Fact]
    public void EveryWordIsKeptAndConvertingTwiceIsConvertingOnce()
    {
        Gen<(string Text, string Words)> line = Gen.Select(OneOf(Words).Array[1, 4], OneOf(Decorations), OneOf(Breaks),
            (words, decoration, end) => (decoration.Replace("%s", string.Join(' ', words), StringComparison.Ordinal) + end, string.Join(' ', words)));
        Gen<(string, string)> tag = Gen.Select(OneOf(Tags), OneOf(Breaks), (tag, end) => ("\n" + tag + end, ""));
        Gen.Frequency((4, line), (1, tag)).Array[1, 12].Sample(pieces =>
        {
            string text = string.Concat(pieces.Select(piece => piece.Item1));
            string words = string.Join(' ', pieces.Select(piece => piece.Item2).Where(words => words != ""));
            if (words == "")
                return;
            Lyrics lyrics = Lyrics.Parse(text, LyricsDialect.Auto);
            string sung = string.Join(' ', lyrics.Sections.SelectMany(section => section.Sentences)).Replace("\"", "", StringComparison.Ordinal);
            Assert.Equal(words, sung);
            Assert.DoesNotContain(lyrics.Sections, section => section.Kind == LyricsSectionKind.Unknown);
            Assert.Equal(lyrics.Render(), Lyrics.Parse(lyrics.Render(), LyricsDialect.Auto).Render());
        }, iter: 3000);
    }

    [Fact]
    public void ConvertingNoiseTwiceIsConvertingItOnce()
    {
        string[] parts = [.. Words, .. Tags, .. Breaks, "[", "]", "(", ")", "<", ">", "|", "*", "_", "#", ".", ";", ":", "-", "\\", "n", "&", "amp;", "&lt;", "&#42;", "&#59;", "lt;", "#38;", "\n1. ", "\n2. ", "\n3) ", "\n00:01 --> 00:02\n",
            "'", "`", "~", "{", "}", " ", "br", "im_end", "3", "\ud800", "\u200d", "\u064a", "。", "x2", "…", "’", "<|"];
        OneOf(parts).Array[0, 25].Select(pieces => "x" + string.Concat(pieces)).Sample(text =>
        {
            Lyrics once = Lyrics.Parse(text, LyricsDialect.Auto);
            Lyrics twice = Lyrics.Parse(once.Render(), LyricsDialect.Auto);
            Assert.Equal(once.Render(), twice.Render());
            Assert.DoesNotContain("<|", once.Text == text ? "" : once.Render(), StringComparison.Ordinal);
            Assert.All(once.Findings, found => Assert.InRange(found.Section ?? 0, 0, once.Sections.Count - 1));
        }, iter: 10000);
    }

    private static Gen<string> OneOf(string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void FindingsHavePlacesInTheTextThatWasRead()
    {
        Lyrics lyrics = Lyrics.Parse("[Verse 1]\r\nMorning\r\n[pause] light 🎉\r\n\r\n[chorus]\r\n", LyricsDialect.Auto);
        Assert.Equal([("section_name", 0, 1, 1), ("dropped", 0, 3, 1), ("full_stop", 0, 3, 13), ("not_singable", 0, 3, 15), ("lyrics_required", 1, 5, 1)],
            lyrics.Findings.Select(found => (found.Code, found.Section!.Value, found.Line, found.Column)));
        Assert.Equal((5, 1), (lyrics.Sections[1].Line, lyrics.Sections[1].Column));
        Assert.Contains("[Verse 1] is read as [verse]", lyrics.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BackingVocalsCanBeDropped()
    {
        LyricsDialect dialect = LyricsDialect.Auto with { BackingVocals = false };
        Assert.Equal("[verse] Sing it. ; [chorus] Now.", Lyrics.Parse("[verse] Sing it (ooh). ; [chorus] Now.", dialect).Render());
    }

    [Fact]
    public void StrictParsingRefusesWarningsButNotInformation()
    {
        Assert.NotEmpty(Lyrics.Parse("[Verse 1]\nla\n", LyricsDialect.Auto, strict: true).Findings);
        var error = Assert.Throws<LyricsFormatException>(() => Lyrics.Parse("[Verse 1]\nla 🎉\n", LyricsDialect.Auto, strict: true));
        Assert.Equal(LyricsCodes.NotSingable, Assert.Single(error.Findings).Code);
        Assert.Equal(Lyrics.Parse("[Verse] la"), Lyrics.Parse("[Verse] la", LyricsDialect.Strict));
        Assert.Throws<LyricsFormatException>(() => Lyrics.Parse("[pause]\n🎉", LyricsDialect.Auto));
    }

    [Fact]
    public void AModelMayHaveItsOwnTags()
    {
        Lyrics lyrics = Lyrics.Parse("[Intro]\n[Rap]\nyo.\n[Chorus]\nla.\n", LyricsDialect.Auto, tags: ["[rap]", "[inst-tiny]"]);
        Assert.Equal("[inst-tiny] ; [rap] yo. ; [rap] la.", lyrics.Render());
    }

    [Fact]
    public void TheLineAtWhichLongLyricsAreCutIsThatOfTheText()
    {
        var tokenizer = new Qwen2Tokenizer(Qwen2Vocabulary.Load(Path.Combine(Golden.Carried, "qwen2")), ["[verse]", "[chorus]"]);
        Lyrics lyrics = Lyrics.Parse("[Verse 1]\nla la\nla lu\n[pause]\nla li\n\n[Chorus]\noh\n", LyricsDialect.Auto);
        int before = 1 + tokenizer.Encode("[verse] la la.la lu").Length;
        LyricsFinding cut = lyrics.CheckLength(tokenizer, before)!;
        Assert.Equal((0, 5, 1), (cut.Section, cut.Line, cut.Column));
        Assert.Contains("section 1 [verse] is truncated at line 5", cut.Message, StringComparison.Ordinal);
        Assert.Equal(3, lyrics.CheckLength(tokenizer, before - 1)!.Line);
    }
}
