using LeVo.Samples.Compose;

namespace LeVo.Codec.Tests.Compose;

public sealed class LyricsCheckTests
{
    private const string Odd = "[vers] Hello there";
    private readonly List<string> warnings = [], problems = [];

    [Fact]
    public void OddLyricsAreWarnedAboutWithTheirPlace()
    {
        Assert.NotNull(LyricsCheck.Read(InputSong.FromCommandLine("[verse] Hello ; " + Odd, "pop"), false, warnings, problems));
        Assert.StartsWith("--lyrics, line 1, column 17: [vers] is no tag of the model", Assert.Single(warnings));
        Assert.Empty(problems);
    }

    [Fact]
    public void StrictnessMakesThemProblems()
    {
        InputSong song = InputSong.FromRecord("songs.jsonl:3", new()
        {
            ["idx"] = "a",
            ["gt_lyric"] = Odd,
            ["descriptions"] = "this is a sentence about a sad song",
        }, problems)!;
        Assert.Null(LyricsCheck.Read(song, true, warnings, problems));
        Assert.Empty(warnings);
        Assert.Collection(problems,
            problem => Assert.StartsWith("songs.jsonl:3: descriptions: ", problem),
            problem => Assert.StartsWith("songs.jsonl:3: gt_lyric, line 1, column 1: ", problem));
    }

    [Fact]
    public void NothingToSingIsAlwaysAProblem()
    {
        Assert.Null(LyricsCheck.Read(InputSong.FromCommandLine("  ", null), false, warnings, problems));
        Assert.StartsWith("--lyrics, line 1, column 1: ", Assert.Single(problems));
    }
}
