using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Text;

public class DescriptionTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("female, dark, pop, sad, piano and drums, the bpm is 125.")]
    [InlineData("женский, поп")]
    public void Tags_are_fine(string? description) => Assert.Empty(Description.Check(description));

    [Fact]
    public void A_sentence_is_found()
    {
        SongFinding finding = Assert.Single(Description.Check("Please write a song about the sea, with drums"));
        Assert.Equal((FindingSeverity.Warning, DescriptionCodes.SentenceLike), (finding.Severity, finding.Code));
        Assert.Contains("Please write", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ÀÉ ΟΔΟΣ Σ ΣΟΣ", "àé οδος σ σος")]
    [InlineData("İSTANBUL", "i\u0307stanbul")]
    public void Letters_are_lowered_as_the_reference_lowers_them(string description, string lower) =>
        Assert.Equal(lower, StyleText.Assemble(TextRules.V1, description));

    [Theory]
    [InlineData("Pop", SongPart.Mixed, Musicality.Low, "[Musicality-low], pop")]
    [InlineData(null, SongPart.Vocal, Musicality.Medium, "[Musicality-medium], .")]
    [InlineData("Pop", SongPart.Accompaniment, Musicality.High, "[Musicality-high], [Pure-Music], pop")]
    [InlineData(null, SongPart.Accompaniment, Musicality.VeryLow, "[Musicality-very-low], [Pure-Music], .")]
    [InlineData(null, SongPart.Accompaniment, null, ".")]
    public void A_tier_of_musicality_replaces_the_highest(string? words, SongPart part, Musicality? tier, string expected)
    {
        string? text = StyleText.Assemble(TextRules.V2, words, part, tier);
        Assert.Equal(expected, text);
        Assert.Null(StyleText.Null(text));
    }

    [Theory]
    [InlineData("[Musicality-very-high], pop", "[Musicality-low], pop")]
    [InlineData("[Musicality-low], pop", "[Musicality-low], pop")]
    [InlineData("pop", "[Musicality-low], pop")]
    [InlineData(null, "[Musicality-low], .")]
    public void An_assembled_text_gets_another_tier(string? text, string expected) =>
        Assert.Equal(expected, StyleText.WithMusicality(text, Musicality.Low));

    [Fact]
    public void The_highest_tier_has_the_null_text_of_the_lowest() => Assert.Equal(StyleText.WithMusicality(null, Musicality.VeryLow),
        StyleText.Null(StyleText.WithMusicality("pop", Musicality.VeryHigh)));

    [Fact]
    public void The_form_names_the_line_of_a_broken_paragraph()
    {
        var error = Assert.Throws<LyricsFormatException>(() => WebLyrics.Normalize("[verse]\nla\n\n\n\n[hook]\nla"));
        LyricsFinding finding = Assert.Single(error.Findings);
        Assert.Equal((LyricsCodes.UnknownTag, 6, 1), (finding.Code, finding.Line, finding.Section));
    }
}
