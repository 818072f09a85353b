using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.MiniWorld.Scoring;

namespace LeVo.Experiments.Tests.MiniWorld;

public class ScoringTests
{
    [Theory]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 2, 3 }, 0, 0, 0)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 9, 3 }, 1, 0, 0)]
    [InlineData(new[] { 1, 2, 3 }, new[] { 1, 3 }, 0, 0, 1)]
    [InlineData(new[] { 1, 3 }, new[] { 1, 2, 3, 4 }, 0, 2, 0)]
    [InlineData(new[] { 1, 2, 3, 4 }, new int[0], 0, 0, 4)]
    [InlineData(new int[0], new[] { 5 }, 0, 1, 0)]
    public void Phone_errors_are_counted_by_kind(
        int[] reference, int[] heard, int substitutions, int insertions, int deletions)
    {
        PhonemeErrorRate rate = MiniScorer.PhoneErrors(reference, heard);
        Assert.Equal(new PhonemeErrorRate(substitutions, insertions, deletions, reference.Length), rate);
        Assert.Equal((double)rate.Errors / Math.Max(1, reference.Length), rate.Rate);
        Assert.Equal(2 * rate.Errors, (rate + rate).Errors);
    }

    [Fact]
    public void Rendered_songs_are_in_harmony()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: true));
            Assert.True(HarmonyScore.Of(song.Phone, song.Pitch, song.Chord) > 0.8);
            int[] elsewhere = [.. song.Pitch.Select(pitch => pitch == 0 ? 0 : pitch % 5 + 1)];
            Assert.True(HarmonyScore.Of(song.Phone, elsewhere, song.Chord) < 0.8);
        }
    }

    /// <summary>A short training already hears most; the same seed gives the same recogniser, also from its
    /// file.</summary>
    [Fact]
    public async Task Recognisers_learn_and_come_back_from_their_file()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        var options = new RecogniserTrainingOptions { Songs = 24, Steps = 80, BatchSize = 6 };
        var progress = new Log();
        using MiniRecognisers trained = await RecogniserTrainer.TrainAsync(options, progress, token);
        Assert.Contains(progress.Seen, p => p is { Part: "voice", Done: 80, Accuracy: > 0.5 });

        string path = Path.Combine(Path.GetTempPath(), $"levo-{Guid.NewGuid():N}.safetensors");
        try
        {
            trained.Save(path);
            using MiniRecognisers loaded = MiniRecognisers.Load(path);
            PhonemeErrorRate before = default, after = default;
            for (int seed = 0; seed < 4; seed++)
            {
                MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut: true));
                var vocal = new Waveform(song.Vocal, MiniSong.SampleRate);
                var accompaniment = new Waveform(song.Accompaniment, MiniSong.SampleRate);
                before += MiniScorer.Score(trained, vocal, accompaniment, song.Spec).Phones;
                after += MiniScorer.Score(loaded, vocal, accompaniment, song.Spec).Phones;
            }
            Assert.True(before.Rate < 0.6, $"phone error rate {before.Rate:P0}");
            Assert.InRange(after.Rate, before.Rate - 0.03, before.Rate + 0.03); // 16-bit floats
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Training_stops_when_asked()
    {
        using var source = new CancellationTokenSource();
        var progress = new Log(p =>
        {
            if (p.Part == "voice")
                source.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RecogniserTrainer.TrainAsync(
            new() { Songs = 2, Steps = 100000, BatchSize = 1 }, progress, source.Token));
    }

    [Fact]
    public async Task A_foreign_file_is_refused()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, "this is no safetensors file at all", TestContext.Current.CancellationToken);
        Assert.Throws<InvalidDataException>(() => MiniRecognisers.Load(path));
        File.Delete(path);
    }

    private sealed class Log(Action<RecogniserProgress>? on = null) : IProgress<RecogniserProgress>
    {
        public List<RecogniserProgress> Seen { get; } = [];

        public void Report(RecogniserProgress value)
        {
            Seen.Add(value);
            on?.Invoke(value);
        }
    }
}
