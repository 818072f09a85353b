using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.TrainDemo;

namespace LeVo.Experiments.Tests.TrainDemo;

public sealed class PromptPairTests
{
    [Fact]
    public void ThePromptsOfAPairDifferAndAreUsedOnce()
    {
        IReadOnlyList<PromptPair> pairs = PromptPair.Create(48);
        Assert.Equal(48, pairs.Count);
        foreach (PromptPair pair in pairs)
        {
            (MiniStyle prompt, MiniStyle other) = (PromptPair.StyleOf(pair.Prompt), PromptPair.StyleOf(pair.Other));
            Assert.NotEqual(prompt.Singer, other.Singer);
            Assert.NotEqual(prompt.Genre, other.Genre);
            Assert.NotEqual(prompt.Instrument, other.Instrument);
        }
        MiniSongSpec[] songs = [.. pairs.SelectMany(pair => (MiniSongSpec[])[pair.Song, pair.Prompt, pair.Other])];
        Assert.Equal(3 * 48, songs.DistinctBy(song => song.Lyrics).Count());
        Assert.Equal(pairs.Take(5), PromptPair.Create(5));
    }

    [Theory]
    [InlineData(new[] { 0, 0, 1, 2, 0, 3, 4, 5, 0 }, 3, 5)]
    [InlineData(new[] { 0, 1, 2, 0, 1, 2 }, 2, 1)]
    [InlineData(new[] { 0, 0, 0 }, 2, 0)]
    [InlineData(new[] { 0, 1 }, 5, 0)]
    public void TheExcerptIsTheEarliestInWhichMostIsSung(int[] phones, int frames, int expected) =>
        Assert.Equal(expected, SungExcerpt.Start(phones, frames));
}
