using LeVo.Alignment.Data;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Experiments.TrainDemo;

namespace LeVo.Experiments.Tests.TrainDemo;

public sealed class SameStyleSongsTests
{
    [Fact]
    public void OtherSongsOfTheSameDescriptionAreDrawn()
    {
        TrainingSong[] pop = [Song("a", "female, pop"), Song("b", "female, pop"), Song("c", "female, pop")];
        TrainingSong rock = Song("d", "male, rock"), none = Song("e", null);
        var songs = new SameStyleSongs([.. pop, rock, none]);
        var random = new Random(1);
        TrainingSong[] drawn = [.. Enumerable.Range(0, 100).Select(_ => songs.DrawOther(pop[0], random))];
        Assert.Equal([pop[1], pop[2]], drawn.Distinct().OrderBy(song => song.Lyrics));
        Assert.InRange(drawn.Count(song => song == pop[1]), 30, 70);
        Assert.Same(rock, songs.DrawOther(rock, random));
        Assert.Same(none, songs.DrawOther(none, random));
    }

    [Fact]
    public void PromptAndDescriptionAreEachDroppedFromHalfOfTheBatches()
    {
        var random = new Random(1);
        ConditionKinds[] everywhere = [.. Enumerable.Range(0, 4000).Select(_ =>
            ConditionDropout.Draw(64, DemoSizes.LanguageModel, random.NextDouble).Aggregate((a, b) => a & b))];
        foreach (ConditionKinds kinds in (ConditionKinds[])
            [ConditionKinds.None, ConditionKinds.Prompt, ConditionKinds.Description, ConditionKinds.Prompt | ConditionKinds.Description])
        {
            Assert.InRange(everywhere.Count(dropped => dropped == kinds), 900, 1100);
        }
    }

    [Theory]
    [InlineData(new[] { 30, 41 }, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 30, 31, 32, 33, 34 })]
    [InlineData(new[] { 3 }, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 })]
    [InlineData(new int[0], new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 })]
    public void TheFirstFramesOfSongAndVoiceAreMarked(int[] phoneBegins, int[] expected)
    {
        int[] codes = new int[35];
        TrainingSong song = new(SongTokens.FromRows(codes, codes, codes), null, null) { MarkedFrames = phoneBegins };
        Assert.Equal(expected, PromptsStage.MarkStyle(song).MarkedFrames);
    }

    private static TrainingSong Song(string lyrics, string? description) =>
        new(SongTokens.FromRows([1], [2], [3]), lyrics, description);
}
