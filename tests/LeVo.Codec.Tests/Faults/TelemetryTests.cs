using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LeVo.Codec.Tests.Faults;

/// <summary>What listeners of the name LeVo hear of a song.</summary>
public sealed class TelemetryTests : IClassFixture<TinyHost>, IDisposable
{
    private readonly TinyHost host;
    private readonly ConcurrentQueue<Activity> activities = [];
    private readonly ConcurrentQueue<(string Name, string? Unit, double Value, string? Outcome)> values = [];
    private readonly ActivityListener activityListener;
    private readonly MeterListener meterListener = new();

    public TelemetryTests(TinyHost host)
    {
        this.host = host;
        activityListener = new()
        {
            ShouldListenTo = source => source.Name == "LeVo",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(activityListener);
        meterListener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LeVoTelemetry.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        meterListener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        meterListener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        meterListener.Start();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASongIsMeasuredFromTheRequestToItsEnd()
    {
        Song song = await host.Generator.GenerateAsync(TinyHost.Request(2), null, Ct);
        Assert.True(song.Tokens.Frames > 0);
        Assert.Equal([1, -1], Of("levo.songs.active"));
        Assert.Equal("made", Assert.Single(values, value => value.Name == "levo.songs").Outcome);
        double prefill = Assert.Single(Of("levo.prefill.duration"));
        double steps = Assert.Single(Of("levo.steps")), rate = Assert.Single(Of("levo.step.rate"));
        Assert.InRange(steps, song.Tokens.Frames, song.Tokens.Frames + 6);
        double[] windows = [.. Of("levo.codec.window.duration")];
        Assert.InRange(windows.Length, 1, 3);
        double first = Assert.Single(Of("levo.time_to_first_audio"));
        double factor = Assert.Single(Of("levo.real_time_factor"));
        // The parts fit into the whole.
        double whole = factor * song.Audio.Duration.TotalSeconds;
        Assert.InRange(prefill + steps / rate, 0, first);
        Assert.InRange(prefill + steps / rate + windows.Sum(), 0, whole);
        Assert.InRange(first, 0, whole);
        Assert.Equal(["s", "s", "s"], values.Where(value => value.Name is "levo.prefill.duration"
            or "levo.time_to_first_audio" or "levo.codec.window.duration").Select(value => value.Unit).Take(3));
    }

    [Fact]
    public async Task ActivitiesFormOneTreeWithoutTheWords()
    {
        Song song = await host.Generator.GenerateAsync(TinyHost.Request(3), null, Ct);
        Activity whole = Assert.Single(activities, activity => activity.OperationName == "levo.song");
        Assert.Equal(ActivityStatusCode.Ok, whole.Status);
        Assert.Equal("levo.first_audio", Assert.Single(whole.Events).Name);
        Assert.All(activities, activity => Assert.Equal(whole.TraceId, activity.TraceId));
        Assert.All(Named("levo.prefill", "levo.tokens", "levo.decode"),
            activity => Assert.Equal(whole.SpanId, activity.ParentSpanId));
        Assert.Equal(1 + 1 + 3, Named("levo.prefill", "levo.tokens", "levo.decode").Count());
        Assert.All(Named("levo.window"), window => Assert.Contains(Named("levo.decode"),
            decode => decode.SpanId == window.ParentSpanId));
        Assert.NotNull(song.Vocal);
        Assert.DoesNotContain(activities.SelectMany(activity => activity.TagObjects),
            tag => $"{tag.Value}".Contains("river", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACancelledSongIsCounted()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAsync<GenerationCanceledException>(() => host.Generator.GenerateAsync(
            TinyHost.Request(2), new CancellingAt(9, cancellation), cancellation.Token));
        Assert.Equal("cancelled", Assert.Single(values, value => value.Name == "levo.songs").Outcome);
        Assert.Equal(0, Of("levo.songs.active").Sum());
        Assert.Empty(Of("levo.real_time_factor"));
        Activity whole = Assert.Single(Named("levo.song"));
        Assert.Equal(ActivityStatusCode.Unset, whole.Status);
        Assert.Equal("cancelled", whole.GetTagItem("levo.outcome"));
    }

    [Fact]
    public async Task AFailedSongIsAnError()
    {
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => host.Generator.GenerateAsync(
            TinyHost.Request(2), new Failing(), Ct));
        Assert.Equal("failed", Assert.Single(values, value => value.Name == "levo.songs").Outcome);
        Activity whole = Assert.Single(Named("levo.song"));
        Assert.Equal((ActivityStatusCode.Error, "failed"), (whole.Status, whole.StatusDescription));
    }

    /// <summary>The types that docs/reliability.md names.</summary>
    [Fact]
    public void CountsAreLongAndMeasuresDouble()
    {
        Type[] counts = [.. ((Instrument[])[LeVoTelemetry.Songs, LeVoTelemetry.ActiveSongs, LeVoTelemetry.Steps])
            .SelectMany(instrument => instrument.GetType().GetGenericArguments())];
        Assert.Equal([typeof(long), typeof(long), typeof(long)], counts);
    }

    [Fact]
    public async Task AStreamIsMeasuredToo()
    {
        await foreach (Waveform block in host.Generator.StreamAsync(TinyHost.Request(2), null, Ct))
            Assert.Single(Of("levo.time_to_first_audio"));
        Assert.Single(Of("levo.real_time_factor"));
        Assert.Equal(0, Of("levo.songs.active").Sum());
    }

    [Fact]
    public async Task AnAbandonedStreamCountsAsCancelled()
    {
        await foreach (Waveform block in host.Generator.StreamAsync(TinyHost.Request(2), null, Ct))
            break;
        Assert.Equal("cancelled", Assert.Single(values, value => value.Name == "levo.songs").Outcome);
        Assert.Equal(ActivityStatusCode.Unset, Assert.Single(Named("levo.song")).Status);
    }

    [Fact]
    public async Task TheWordsAreLoggedAtTraceAlone()
    {
        var lines = new Lines();
        using var host = new TinyHost(services => services.AddLogging(
            logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(lines)));
        string progress = Path.GetTempFileName();
        SongRequest request = TinyHost.Request(2) with { ProgressPath = progress };
        await host.Generator.GenerateAsync(request, null, Ct); // an empty file is no song in progress
        await host.Generator.GenerateAsync(request, null, Ct); // goes on from it
        await host.Generator.GenerateAsync(request with { Seed = 9 }, null, Ct); // another song's
        File.Delete(progress);
        string[] telling = [.. lines.Written.Where(line => line.Level > LogLevel.Trace).Select(line => line.Text)];
        Assert.Contains(lines.Written, line => line.Level == LogLevel.Trace && line.Text.Contains("river"));
        Assert.DoesNotContain(telling, text => text.Contains("river") || text.Contains("warm"));
        foreach (string part in (string[])["is no progress file", "resumes from", "another song", "Made a song", "Generated", "Read"])
            Assert.Contains(telling, text => text.Contains(part, StringComparison.Ordinal));
    }

    public void Dispose()
    {
        activityListener.Dispose();
        meterListener.Dispose();
    }

    private sealed class Failing : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => throw new InvalidTimeZoneException();
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Text)> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Written.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }

    private IEnumerable<double> Of(string name) => values.Where(value => value.Name == name).Select(value => value.Value);

    private IEnumerable<Activity> Named(params string[] names) =>
        activities.Where(activity => names.Contains(activity.OperationName));

    private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        values.Enqueue((instrument.Name, instrument.Unit, value, tags.Length > 0 ? tags[0].Value as string : null));
}
