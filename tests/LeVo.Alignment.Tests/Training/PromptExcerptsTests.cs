using LeVo.Alignment.Data;
using LeVo.Alignment.Tests.Policy;
using LeVo.Alignment.Training;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Tests.Training;

public sealed class PromptExcerptsTests
{
    [Fact]
    public void ExcerptsOfTheSongItselfAreConsecutiveFramesFromAnyPlace()
    {
        TrainingSong song = TinyTraining.Song(20);
        var random = new Random(1);
        SongTokens[] drawn = [.. Enumerable.Range(0, 200).Select(_ => PromptExcerpts.Draw(song, 6, random).Prompt!)];
        Assert.All(drawn, prompt => Assert.Contains(Enumerable.Range(0, 15).Select(start => song.Tokens.Slice(start, 6)), prompt.Equals));
        Assert.Equal(15, drawn.Distinct().Count());
    }

    [Fact]
    public void ExcerptsOfAnotherSongAreOfThatSong()
    {
        TrainingSong song = TinyTraining.Song(20), other = song with { Tokens = SongTokens.FromRows([1, 2], [3, 4], [5, 6]) };
        TrainingSong drawn = PromptExcerpts.Draw(song, 6, new Random(1), (_, _) => other);
        Assert.Equal(other.Tokens, drawn.Prompt); // shorter than a prompt
        Assert.Equal(song.Tokens, drawn.Tokens);
    }

    [Fact]
    public void APromptThatIsThereStaysAndOtherSongsDrawTheSame()
    {
        SongTokens prompt = SongTokens.FromRows([1], [2], [3]);
        Random a = new(1), b = new(1);
        Assert.Same(prompt, PromptExcerpts.Draw(TinyTraining.Song(20) with { Prompt = prompt }, 6, a).Prompt);
        PromptExcerpts.Draw(TinyTraining.Song(20), 6, b);
        Assert.Equal(b.Next(), a.Next());
    }
}
