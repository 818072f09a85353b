using System.Collections.Concurrent;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Tests.Generation;

public sealed class TokenGeneratorTests
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] Morning light. ; [chorus] Sing it."),
        Description = "Female, POP",
        Duration = TimeSpan.FromSeconds(2),
        Seed = 7,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FramesComeInOrderAndSeedsRepeatThem()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        var generator = model.CreateTokenGenerator();
        var frames = new List<TokenFrame>();
        await foreach (TokenFrame frame in generator.GenerateFramesAsync(Request, cancellationToken: Ct))
            frames.Add(frame);
        Assert.Equal(Enumerable.Range(0, 50), frames.Select(frame => frame.Index));

        SongTokens again = await generator.GenerateTokensAsync(Request, cancellationToken: Ct);
        Assert.Equal(frames, Enumerable.Range(0, again.Frames).Select(t => again[t]));
        SongTokens other = await generator.GenerateTokensAsync(Request with { Seed = 8 }, cancellationToken: Ct);
        Assert.NotEqual(again.Row(SongPart.Mixed).ToArray(), other.Row(SongPart.Mixed).ToArray());
    }

    [Fact]
    public async Task TheModelHearsWhatTheReleasedSystemWouldSay()
    {
        var engine = new ScriptedEngine();
        using LeVoModel model = ScriptedEngine.Model(engine);
        var generator = model.CreateTokenGenerator();
        await generator.GenerateTokensAsync(Request, cancellationToken: Ct);
        await generator.GenerateTokensAsync(
            Request with { Part = SongPart.Accompaniment, Lyrics = null }, cancellationToken: Ct);
        Assert.StartsWith("<|im_start|>[verse] Morning light. ; [chorus] Sing it.", Text(engine.Songs[0].Lyrics));
        Assert.StartsWith("<|im_start|>[Musicality-very-high], female, pop", Text(engine.Songs[0].Description));
        Assert.StartsWith("<|im_start|>.", Text(engine.Songs[1].Lyrics));
        Assert.StartsWith("<|im_start|>[Musicality-very-high], [Pure-Music], female, pop", Text(engine.Songs[1].Description));

        static string Text(long[] letters) => string.Concat(letters.Select(letter => (char)letter));
    }

    [Fact]
    public async Task ConcurrentSongsDoNotMix()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        var generator = model.CreateTokenGenerator();
        SongTokens[] alone = await All(1), together = await All(6);
        Assert.Equal(alone.Select(song => song.Row(SongPart.Mixed).ToArray()), together.Select(song => song.Row(SongPart.Mixed).ToArray()));

        async Task<SongTokens[]> All(int parallel)
        {
            var songs = new SongTokens[6];
            var options = new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = Ct };
            await Parallel.ForAsync(0, 6, options, async (i, token) =>
                songs[i] = await generator.GenerateTokensAsync(Request with { Seed = (ulong)i }, null, token));
            return songs;
        }
    }

    [Fact]
    public async Task CancellingKeepsTheFramesAndTheSongCanGoOn()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        var generator = model.CreateTokenGenerator();
        SongTokens whole = await generator.GenerateTokensAsync(Request, cancellationToken: Ct);

        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var progress = new Listener(report =>
        {
            if (report is { Stage: SongStage.Tokens, Done: 23 })
                cancellation.Cancel();
        });
        GenerationCanceledException cancelled = await Assert.ThrowsAsync<GenerationCanceledException>(
            () => generator.GenerateTokensAsync(Request, progress, cancellation.Token));
        Assert.Equal(23 - 3, cancelled.Tokens.Frames); // The tracks are three frames behind the mix.
        Assert.Equal(whole.Slice(0, 20).Row(SongPart.Mixed).ToArray(), cancelled.Tokens.Row(SongPart.Mixed).ToArray());
        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        Assert.Equal(23, progress.Reports.Count(report => report is { Stage: SongStage.Tokens, Done: > 0 }));

        SongTokens resumed = await generator.GenerateTokensAsync(
            Request with { Beginning = cancelled.Tokens }, cancellationToken: Ct);
        Assert.Equal(whole.Row(SongPart.Mixed).ToArray(), resumed.Row(SongPart.Mixed).ToArray());
        Assert.Equal(whole.Row(SongPart.Vocal).ToArray(), resumed.Row(SongPart.Vocal).ToArray());
        Assert.Equal(whole.Row(SongPart.Accompaniment).ToArray(), resumed.Row(SongPart.Accompaniment).ToArray());
        SongTokens same = await generator.GenerateTokensAsync(
            Request with { Beginning = whole }, cancellationToken: Ct);
        Assert.Equal(whole.Row(SongPart.Mixed).ToArray(), same.Row(SongPart.Mixed).ToArray());
    }

    [Fact]
    public async Task ACancelledTokenStartsNothing()
    {
        var engine = new ScriptedEngine();
        using LeVoModel model = ScriptedEngine.Model(engine);
        GenerationCanceledException cancelled = await Assert.ThrowsAsync<GenerationCanceledException>(
            () => model.CreateTokenGenerator().GenerateTokensAsync(Request, null, new CancellationToken(true)));
        Assert.Equal(0, cancelled.Tokens.Frames);
        Assert.Empty(engine.Songs);
    }

    [Fact]
    public async Task ProgressTellsStagesInOrder()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        var progress = new Listener();
        await model.CreateTokenGenerator().GenerateTokensAsync(Request, progress, Ct);
        GenerationProgress[] reports = [.. progress.Reports];
        Assert.Equal(reports.OrderBy(report => (report.Stage, report.Done)), reports);
        Assert.Equal((SongStage.Prefill, 952, 952), (reports[1].Stage, reports[1].Done, reports[1].Total));
        Assert.Equal((SongStage.Tokens, 53, 53), (reports[^1].Stage, reports[^1].Done, reports[^1].Total));
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        Assert.Null(reports[0].Remaining);
        Assert.True(reports[^1].PerSecond > 0);
    }

    [Fact]
    public async Task AbandonedEnumerationFreesTheSession()
    {
        var engine = new ScriptedEngine();
        using LeVoModel model = ScriptedEngine.Model(engine);
        var generator = model.CreateTokenGenerator();
        await foreach (TokenFrame frame in generator.GenerateFramesAsync(Request, cancellationToken: Ct))
        {
            if (frame.Index == 3)
                break;
        }
        Assert.True(Assert.Single(engine.Sequences).IsDisposed);
    }

    [Fact]
    public async Task AModelIsFreedAfterItsLastSong()
    {
        var engine = new ScriptedEngine();
        LeVoModel model = ScriptedEngine.Model(engine);
        var generator = model.CreateTokenGenerator();
        var disposedEarly = new List<bool>();
        var progress = new Listener(report =>
        {
            if (report is { Stage: SongStage.Tokens, Done: 5 })
                model.Dispose();
            disposedEarly.Add(engine.IsDisposed);
        });
        SongTokens song = await generator.GenerateTokensAsync(Request, progress, Ct);
        Assert.Equal(50, song.Frames);
        Assert.DoesNotContain(true, disposedEarly);
        Assert.True(engine.IsDisposed);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => generator.GenerateTokensAsync(Request, cancellationToken: Ct));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(0.039)]
    [InlineData(4.04)]
    [InlineData(1e7)]
    public void DurationsOutOfRangeAreRefusedAtOnce(double seconds)
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        SongRequest request = Request with { Duration = TimeSpan.FromSeconds(seconds) };
        Assert.Throws<ArgumentOutOfRangeException>(
            () => model.CreateTokenGenerator().GenerateFramesAsync(request, null, Ct));
    }

    [Theory]
    [InlineData(0.04, 1)]
    [InlineData(1.16, 29)]
    [InlineData(4, 100)]
    [InlineData(4.039, 100)]
    public async Task DurationsInRangeGiveTheirFrames(double seconds, int frames)
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        SongTokens song = await model.CreateTokenGenerator().GenerateTokensAsync(
            Request with { Duration = TimeSpan.FromSeconds(seconds) }, cancellationToken: Ct);
        Assert.Equal(frames, song.Frames);
    }

    [Theory]
    [InlineData(1.16, 25, 28)] // 1.16 * 25 is a little less than 29 in double precision; the original truncates.
    [InlineData(100 / 3.0, 3, 100)]
    [InlineData(270, 25, 6750)]
    public async Task TheLongestSongIsTheOneOfTheModel(double seconds, int rate, int frames)
    {
        LeLmConfig config = ScriptedSequence.Tiny with { MaxSeconds = seconds, FrameRate = rate };
        using LeVoModel model = ScriptedEngine.Model(new(config));
        var generator = model.CreateTokenGenerator();
        SongTokens whole = await generator.GenerateTokensAsync(Request with { Duration = null }, cancellationToken: Ct);
        Assert.Equal(frames, whole.Frames);
        SongTokens named = await generator.GenerateTokensAsync(
            Request with { Duration = generator.Model.MaxDuration, Beginning = whole }, cancellationToken: Ct);
        Assert.Equal(frames, named.Frames);
    }

    [Fact]
    public void RequestsThatMakeNoSenseAreRefusedAtOnce()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        var generator = model.CreateTokenGenerator();
        var tooLong = SongTokens.FromRows(new int[51], new int[51], new int[51]);
        var unknownCode = SongTokens.FromRows([16], [0], [0]);
        foreach (SongRequest request in (SongRequest[])
        [
            Request with { Lyrics = null },
            Request with { Options = new() { Temperature = -1 } },
            Request with { Beginning = tooLong },
            Request with { Beginning = unknownCode },
            Request with { Prompt = new(SongTokens.FromRows([20_000], [0], [0])) },
        ])
        {
            Assert.ThrowsAny<ArgumentException>(() => generator.GenerateFramesAsync(request, null, Ct));
        }
        Assert.Throws<ArgumentNullException>(() => generator.GenerateFramesAsync(null!, null, Ct));
    }

    [Fact]
    public void AModelOfOtherStreamsIsRefused() =>
        Assert.Throws<NotSupportedException>(
            () => ScriptedEngine.Model(new(ScriptedSequence.Tiny with { Codebooks = 2, Delays = [0, 1] })));

    [Fact]
    public async Task LyricsAreLoggedAtTraceOnly()
    {
        var logger = new ListLogger();
        using LeVoModel model = ScriptedEngine.Model(new());
        await model.CreateTokenGenerator(logger).GenerateTokensAsync(Request with
        {
            Lyrics = Lyrics.Parse("[secretly] zyzzyva ; [verse]"),
            Description = "zyzzyva",
            Options = new() { TopK = 5000 },
        }, cancellationToken: Ct);
        Assert.Contains(logger.Lines, line => line.Level == LogLevel.Trace && line.Text.Contains("zyzzyva"));
        Assert.Contains(logger.Lines, line =>
            line.Level == LogLevel.Warning && line.Text.Contains(LyricsCodes.UnknownTag));
        Assert.Contains(logger.Lines, line => line.Text.Contains("5000 is clamped to the model's 17"));
        Assert.DoesNotContain(logger.Lines, line =>
            line.Level > LogLevel.Trace && (line.Text.Contains("zyzzyva") || line.Text.Contains("secretly")));
    }

    private sealed class Listener(Action<GenerationProgress>? heard = null) : IProgress<GenerationProgress>
    {
        public ConcurrentQueue<GenerationProgress> Reports { get; } = [];

        public void Report(GenerationProgress value)
        {
            Reports.Enqueue(value);
            heard?.Invoke(value);
        }
    }

    private sealed class ListLogger : ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Enqueue((logLevel, formatter(state, exception)));
    }
}
