using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Tests.Preferences;

public sealed class ScorerTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private static SongSample Sample => new(new("[verse] la mo.ri ; [chorus] ta", "pop"), Pairs.Song(1), 1)
    {
        Vocal = Waveform.Silence(1, 10, 100),
        Mix = Waveform.Silence(2, 10, 100),
    };

    [Fact]
    public async Task LyricAlignmentIsMinusTheErrorRateOfTheWords()
    {
        var scorer = new LyricAlignmentScorer(new Hears("la mo ri"), new Letters());
        Assert.Equal(-2.0 / 8, await scorer.ScoreAsync(Sample, Token));
        Assert.Equal(new(0, 0, 2, 8), await scorer.CompareAsync(Sample, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => scorer.ScoreAsync(Sample with { Vocal = null }, Token));
    }

    [Theory]
    [InlineData("[verse] la mo.ri ; [chorus] ta", "la mo ri ta")]
    [InlineData("[intro-short] ; [inst-long]", "")]
    [InlineData("la  la", "la la")]
    public void WordsAreWithoutTagsAndMarks(string lyrics, string words) =>
        Assert.Equal(words, LyricAlignmentScorer.ExtractWords(lyrics));

    [Fact]
    public async Task PromptConsistencyIsTheMeanOfTheCosinesThatCanBeTaken()
    {
        var scorer = new PromptConsistencyScorer(new Embeds());
        Assert.Equal(0.6, await scorer.ScoreAsync(Sample, Token), 6);
        SongSample prompted = Sample with { PromptAudio = Waveform.Silence(1, 4, 100) };
        Assert.Equal(0.3, await scorer.ScoreAsync(prompted, Token), 6);
        SongSample promptAlone = prompted with { Condition = new("la", null) };
        Assert.Equal(0, await scorer.ScoreAsync(promptAlone, Token), 6);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            scorer.ScoreAsync(Sample with { Condition = new("la", "") }, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => scorer.ScoreAsync(Sample with { Mix = null }, Token));
    }

    [Fact]
    public async Task MusicalityIsTheReward()
    {
        var scorer = new MusicalityScorer(new CountsFrames());
        Assert.Equal(6, await scorer.ScoreAsync(Sample, Token));
        Assert.Equal(PreferenceStrategies.Musicality, scorer.Strategy);
    }

    private sealed class Hears(string text) : ITranscriber
    {
        public Task<string> TranscribeAsync(Waveform vocal, CancellationToken cancellationToken) =>
            Task.FromResult(text);
    }

    private sealed class Letters : IPhonemizer
    {
        public IReadOnlyList<string> Phonemize(string text) => [.. text.Where(char.IsLetter).Select(c => c.ToString())];
    }

    private sealed class Embeds : IAudioTextEmbedder
    {
        // The song, the prompt (at right angles) and the text (3-4-5).
        public Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken) =>
            Task.FromResult<float[]>(audio.Length == 4 ? [0, 2] : [1, 0]);

        public Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken) =>
            Task.FromResult<float[]>([3, 4]);
    }

    private sealed class CountsFrames : IRewardModel
    {
        public double Score(SongCondition condition, SongTokens tokens) => tokens.Frames;
    }
}
