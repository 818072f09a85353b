using LeVo.Core.Model;
using LeVo.Core.Text;

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

    [Fact]
    public void The_form_names_the_line_of_a_broken_paragraph()
    {
        var error = Assert.Throws<LyricsFormatException>(() => WebLyrics.Normalize("[verse]\nla\n\n\n\n[hook]\nla"));
        LyricsFinding finding = Assert.Single(error.Findings);
        Assert.Equal((LyricsCodes.UnknownTag, 6, 1), (finding.Code, finding.Line, finding.Section));
    }
}
