using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LeVo.Alignment.Data;
using LeVo.Alignment.Evaluation;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Tests.Preferences;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Tests.Evaluation;

public sealed class SongEvaluatorTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly StandIns Services = new();

    private static readonly SongEvaluator Evaluator = new([new Loud()], Services, Services, Services, Services);

    [Fact]
    public async Task CountsArePooledAndValuesAreAveraged()
    {
        // "la" is heard: 1 error of 1, then 1 of 3 letters (normalised: "lo" against "la", "lam" against "la").
        SongSetEvaluation set = await Evaluator.EvaluateAsync("set",
            [Song("a", "[verse] a", 0.5f), Song("b", "[verse] lam", 0.25f)], null, Token);
        Assert.Equal([1, 1 / 3.0], set.Songs.Select(song => song.Values["phoneme_error_rate"]));
        MetricSummary errors = set.Table.Single(row => row.Metric == "phoneme_error_rate");
        Assert.Equal((2 / 4.0, 2), (errors.Value, errors.Songs));
        Assert.Equal((1 / 3.0, 1), (errors.Low, errors.High));
        Assert.Equal(0.375, set.Table.Single(row => row.Metric == "loud").Value);
        Assert.Equal(6, set.Songs[0].Values["reward"]);
        Assert.Equal(0.5, set.Songs[0].Values["length_kept"]);
        Assert.Equal(["phoneme_error_rate", "text_similarity", "prompt_similarity", "reward", "loud", "loudness_lufs"],
            set.Table.Take(6).Select(row => row.Metric));
        Assert.All(set.Songs, song => Assert.Empty(song.Problems));
    }

    [Fact]
    public async Task WhatASongLacksIsNotMeasured()
    {
        SongSample bare = new(new(), SongTokens.FromRows([], [], [], 25), 0) { Mix = Sound(0.5f) };
        SongSetEvaluation set = await Evaluator.EvaluateAsync("set",
            [new("bare", bare), new("damaged", () => throw new InvalidDataException("'damaged.wav' is truncated."))], null, Token);
        Assert.DoesNotContain("phoneme_error_rate", set.Songs[0].Values.Keys);
        Assert.DoesNotContain("reward", set.Songs[0].Values.Keys);
        Assert.Contains("loud", set.Songs[0].Values.Keys);
        Assert.Equal(["'damaged.wav' is truncated."], set.Songs[1].Problems);
        Assert.Equal(1, set.Table.Single(row => row.Metric == "loud").Songs);
    }

    [Fact]
    public async Task AServiceThatFailsCostsItsMetricAlone()
    {
        var evaluator = new SongEvaluator([new Loud(), new Loud("refuses")], Services, Services);
        SongSetEvaluation set = await evaluator.EvaluateAsync("set", [Song("a", "[verse] a", 0.5f)], null, Token);
        Assert.Equal(["refuses: No such sound."], set.Songs[0].Problems);
        Assert.Equal(1, set.Songs[0].Values["phoneme_error_rate"]);
        Assert.DoesNotContain("text_similarity", set.Songs[0].Values.Keys);
    }

    [Fact]
    public async Task NamesAreUnique()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Evaluator.EvaluateAsync("set", [], null, Token));
        Assert.Contains("'a'", (await Assert.ThrowsAsync<ArgumentException>(() => Evaluator.EvaluateAsync("set",
            [Song("a", "[verse] a", 1), Song("a", "[verse] a", 1)], null, Token))).Message);
    }

    [Fact]
    public async Task SongsWithTheSameNameAreCompared()
    {
        SongSetEvaluation one = await Evaluator.EvaluateAsync("one",
            [Song("a", "[verse] la", 0.5f), Song("b", "[verse] la", 0.5f), Song("c", "[verse] la", 1)], null, Token);
        SongSetEvaluation two = await Evaluator.EvaluateAsync("two",
            [Song("b", "[verse] la", 0.5f), Song("a", "[verse] la", 0.25f), Song("d", "[verse] la", 0)], null, Token);
        MetricDifference loud = one.DifferenceFrom(two).Single(row => row.Metric == "loud");
        Assert.Equal((0.125, 2, 0.75), (loud.Difference, loud.Pairs, loud.Higher));
        Assert.Equal((0, 0.25), (loud.Low, loud.High));
        Assert.Equal(0, one.FrechetDistanceTo(one)!.Value, 6);
        // The embeddings are (level, 1): two distributions on a line.
        Assert.True(one.FrechetDistanceTo(two) > 0.01);
    }

    [Fact]
    public async Task TheReportIsWritten()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-report-");
        try
        {
            EvaluationSong[] songs = [.. Enumerable.Range(0, 8).Select(i => Song($"<{i}>", "[verse] la", 0.1f * i))];
            SongSetEvaluation set = await Evaluator.EvaluateAsync("the | set", songs, null, Token);
            SongSetEvaluation other = await Evaluator.EvaluateAsync("other", [.. songs.Take(4)], null, Token);
            await new EvaluationReport(set, other) { RankBy = "loud" }.WriteAsync(folder.FullName, Token);
            string markdown = File.ReadAllText(Path.Combine(folder.FullName, "report.md"));
            Assert.Matches(@"\| loud \| higher \| 0\.350 \(0\.[12]\d\d to 0\.[45]\d\d\) \| 0\.150 \(0\.0\d\d to 0\.[23]\d\d\) \|", markdown);
            Assert.Contains("the \\| set (8 songs)", markdown);
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "report.json")));
            Assert.Equal(0.35, json.RootElement.GetProperty("sets")[0].GetProperty("table").GetProperty("loud")
                .GetProperty("value").GetDouble(), 6);
            string html = File.ReadAllText(Path.Combine(folder.FullName, "report.html"));
            Assert.DoesNotContain("<0>", html);
            Assert.True(html.IndexOf("&lt;7&gt;: 0.700", StringComparison.Ordinal) < html.IndexOf("&lt;0&gt;: 0.000</fig", StringComparison.Ordinal));
            Assert.Equal(6, html.Split("<img ").Length - 1);
            AssertPicture(Convert.FromBase64String(html.Split("base64,")[1].Split('"')[0]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void AssertPicture(byte[] png)
    {
        Assert.Equal("IHDR", Encoding.ASCII.GetString(png, 12, 4));
        int data = png.AsSpan().IndexOf("IDAT"u8), end = png.AsSpan().IndexOf("IEND"u8);
        using var zlib = new ZLibStream(new MemoryStream(png, data + 4, end - data - 12), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        zlib.CopyTo(rows);
        Assert.Equal((Spectrogram.Width + 1) * Spectrogram.Height, rows.Length);
        // CRC-32 of the empty chunk at the end, from the PNG specification.
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], png[^4..]);
        // The sine of 1 kHz is one bright line.
        byte[] column = [.. Enumerable.Range(0, Spectrogram.Height).Select(y => rows.GetBuffer()[y * (Spectrogram.Width + 1) + 300])];
        int brightest = Spectrogram.Height - 1 - Array.IndexOf(column, column.Max());
        Assert.InRange(40 * Math.Pow(400, (brightest + 0.5) / Spectrogram.Height), 900, 1100);
    }

    private static EvaluationSong Song(string name, string lyrics, float level) => new(name,
        new SongSample(new(lyrics, "pop"), Pairs.Song(1), 1)
        {
            Mix = Sound(level),
            Vocal = Sound(level),
            Accompaniment = Sound(0),
            PromptAudio = Sound(1),
        })
    { RequestedLength = TimeSpan.FromSeconds(1) };

    private static Waveform Sound(float level) => new([[.. Enumerable.Range(0, 8000).Select(i =>
        level * (float)Math.Cos(2 * Math.PI * 1000 * i / 16_000))]], 16_000);

    /// <summary>Hears "la", spells, embeds the level, and rewards frames.</summary>
    private sealed class StandIns : ITranscriber, IPhonemizer, IAudioTextEmbedder, IRewardModel
    {
        public Task<Transcription> TranscribeAsync(
            Waveform vocal, TranscriptionOptions options, CancellationToken cancellationToken) =>
            Task.FromResult(new Transcription([new("la", TimeSpan.Zero, TimeSpan.FromSeconds(1))]));

        public IReadOnlyList<string> Phonemize(string text, string? language) =>
            [.. text.Where(char.IsLetter).Select(c => c.ToString())];

        public Task<float[]> EmbedAudioAsync(Waveform audio, CancellationToken cancellationToken) =>
            Task.FromResult<float[]>([audio.Channels[0].Max(), 1]);

        public Task<float[]> EmbedTextAsync(string text, CancellationToken cancellationToken) =>
            Task.FromResult<float[]>([1, 1]);

        public double Score(SongCondition condition, SongTokens tokens) => tokens.Frames;
    }

    private sealed class Loud(string strategy = "loud") : IPreferenceScorer
    {
        public string Strategy => strategy;

        public string Name => "loud 1";

        public IReadOnlyList<SongPart> Parts => [SongPart.Mixed];

        public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken) => strategy == "loud"
            ? Task.FromResult((double)sample.Mix!.Channels[0].Max())
            : throw new InvalidDataException("No such sound.");
    }
}
