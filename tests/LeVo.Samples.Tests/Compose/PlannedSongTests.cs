using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Samples.Compose;

namespace LeVo.Samples.Tests.Compose;

public sealed class PlannedSongTests
{
    private const string Odd = "[vers] Hello there";
    private readonly List<string> warnings = [], problems = [], notes = [];

    private string Format { get; set; } = "strict";

    [Fact]
    public void OddLyricsAreWarnedAboutWithTheirPlace()
    {
        InputSong song = InputSong.FromCommandLine("[verse] Hello ; " + Odd, "pop");
        PlannedSong planned = Plan(song)!;
        Assert.StartsWith("--lyrics, line 1, column 17: [vers] is not a tag of the model", Assert.Single(warnings));
        Assert.Empty(problems);
        LyricsFinding late = planned.Request.Lyrics!.Findings[0] with { Message = "It is too long.", Column = 3 };
        Assert.Equal(
            ["--lyrics, line 1, column 3: It is too long."], planned.Check(lyrics => [late, .. lyrics.Findings]));
    }

    [Fact]
    public void ChangesInLyricsAreNotesAndEmojiAreWarnings()
    {
        Format = "auto";
        Assert.Equal("[verse] Hello.", Plan(Record("[Verse 1]\nHello. \ud83c\udf89\n[pause]", null))!.Request.Lyrics!.Render());
        Assert.Equal(["songs.jsonl:3: gt_lyric, line 1, column 1: [Verse 1] is read as [verse].",
            "songs.jsonl:3: gt_lyric, line 3, column 1: The direction [pause] is dropped."], notes);
        Assert.StartsWith("songs.jsonl:3: gt_lyric, line 2, column 8: ", Assert.Single(warnings));
        notes.Clear();
        Plan(Record("[Instrumental]", null));
        Assert.Contains(notes, note => note.EndsWith("That is --type bgm.", StringComparison.Ordinal));
    }

    [Fact]
    public void ASongsOwnSettingsPrecedeTheCommandLines()
    {
        InputSong song = Record("[verse] Hi", "pop") with { Seed = 9, Duration = TimeSpan.FromSeconds(3), Type = SongType.Separate };
        PlannedSong planned = Plan(song, "--seed", "1", "--duration", "2", "--type", "vocal", "--decoder-steps", "3", "--top-k", "7")!;
        Assert.Equal((9UL, TimeSpan.FromSeconds(3), true), (planned.Request.Seed, planned.Request.Duration, planned.Request.WithStems));
        Assert.Equal((SongType.Separate, 3, 7), (planned.Type, planned.Request.DecoderSteps, planned.Request.Options!.TopK));
    }

    [Fact]
    public void StrictnessMakesThemProblems()
    {
        Assert.Null(Plan(Record(Odd, "this is a sentence about a sad song"), "--strict"));
        Assert.Empty(warnings);
        Assert.Collection(problems,
            problem => Assert.StartsWith("songs.jsonl:3: descriptions: ", problem),
            problem => Assert.StartsWith("songs.jsonl:3: gt_lyric, line 1, column 1: ", problem));
    }

    [Fact]
    public void NothingToSingIsAlwaysAProblem()
    {
        Assert.Null(Plan(InputSong.FromCommandLine("  ", null)));
        Assert.StartsWith("--lyrics, line 1, column 1: ", Assert.Single(problems));
    }

    [Fact]
    public void InstrumentalMusicNeedsNoWords()
    {
        Assert.Null(Plan(Record("", null), "--type", "bgm", "--strict")!.Request.Lyrics);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("mixed", SongPart.Mixed, false)]
    [InlineData("vocal", SongPart.Vocal, false)]
    [InlineData("bgm", SongPart.Accompaniment, false)]
    [InlineData("separate", SongPart.Mixed, true)]
    public void ArgumentsBecomeTheRequest(string type, SongPart part, bool stems)
    {
        PlannedSong planned = Plan(Record("[verse] Hi", "pop"), "--type", type, "--seed", "7", "--duration", "2.5")!;
        Assert.Equal("pop", planned.Request.Description);
        Assert.Equal((part, stems), (planned.Request.Part, planned.Request.WithStems));
        Assert.Equal((7UL, TimeSpan.FromSeconds(2.5)), (planned.Request.Seed, planned.Request.Duration));
    }

    private static InputSong Record(string lyrics, string? description) => InputSong.FromRecord("songs.jsonl:3",
        new() { ["idx"] = "a", ["gt_lyric"] = lyrics, ["descriptions"] = description }, new List<string>())!;

    private PlannedSong? Plan(InputSong song, params string[] args)
    {
        var wrong = new List<string>();
        Arguments arguments = Arguments.Parse(["--input", "songs.jsonl", "--lyrics-format", Format, .. args], wrong);
        Assert.Empty(wrong);
        return PlannedSong.Plan(song, arguments, warnings, problems, notes);
    }
}
