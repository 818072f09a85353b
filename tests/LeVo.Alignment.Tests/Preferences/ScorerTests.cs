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

    [Fact]
    public async Task EachLineIsReadInTheLanguageOfItsScript()
    {
        (var ears, var letters) = (new Hears("la 你好"), new Letters());
        var scorer = new LyricAlignmentScorer(ears, letters);
        SongSample song = Sample with { Condition = new("[verse] la.你好") };
        Assert.Equal(0, await scorer.ScoreAsync(song, Token));
        Assert.Equal("zh", ears.Asked?.Language);
        Assert.Equal(["unknown", "zh", "zh"], letters.Languages);
        letters.Languages.Clear();
        await scorer.ScoreAsync(song with { Language = "fr" }, Token);
        Assert.Equal("fr", ears.Asked?.Language);
        Assert.Equal(["fr", "zh", "zh"], letters.Languages);
    }

    [Theory]
    [InlineData("Morning", null)]
    [InlineData("你好", "zh")]
    [InlineData("私の歌", "ja")]
    [InlineData("노래", "ko")]
    [InlineData("песня", "ru")]
    public void TheScriptSuggestsALanguage(string text, string? language) => Assert.Equal(language, ScriptLanguage.Of(text));

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
        public TranscriptionOptions? Asked { get; private set; }

        public Task<Transcription> TranscribeAsync(
            Waveform vocal, TranscriptionOptions options, CancellationToken cancellationToken)
        {
            Asked = options;
            return Task.FromResult(new Transcription([.. text.Split(' ').Select((word, i) =>
                new TranscribedWord(word, TimeSpan.FromSeconds(i), TimeSpan.FromSeconds(i + 1)))]));
        }
    }

    private sealed class Letters : IPhonemizer
    {
        public List<string> Languages { get; } = [];

        public IReadOnlyList<string> Phonemize(string text, string? language)
        {
            Languages.Add(language ?? "unknown");
            return [.. text.Where(char.IsLetter).Select(c => c.ToString())];
        }
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
