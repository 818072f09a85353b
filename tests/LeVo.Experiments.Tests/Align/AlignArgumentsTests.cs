using LeVo.Experiments.Align;

namespace LeVo.Experiments.Tests.Align;

public sealed class AlignArgumentsTests
{
    [Fact]
    public void ArgumentsAreRead()
    {
        var read = new Arguments(["--model", "m", "--lyrics", "3", "--output", "o"]);
        Assert.Empty(read.Line.Problems);
        Assert.Equal(("m", 3, "o", 8), (read.Model, read.Lyrics, read.Output, read.HeldOut));
    }

    [Theory]
    [InlineData("--lyrics")]
    [InlineData("--lyrics", "0")]
    [InlineData("--steps", "x")]
    [InlineData("--samples", "1")]
    [InlineData("--other", "1")]
    public void WhatIsWrongIsSaid(params string[] args) => Assert.NotEmpty(new Arguments(args).Line.Problems);

    [Fact]
    public void PairsAndComparisonsShareNoLyrics()
    {
        string[] pairs = [.. MiniSongs.ForPairs(30).Select(spec => spec.Lyrics)];
        Assert.Equal(30, pairs.Distinct().Count());
        Assert.Empty(pairs.Intersect(MiniSongs.HeldOut(30).Select(spec => spec.Lyrics)));
    }
}
