using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using LeVo.Core.Model;
using LeVo.Core.Tests.Generation;
using LeVo.Core.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LeVo.Core.Tests.Hosting;

/// <summary>A model that is loaded when the host starts, held up and let go by the test.</summary>
public sealed class LoadAtStartTests : IDisposable
{
    private static readonly SongRequest Request = new() { Part = SongPart.Accompaniment, Seed = 1 };

    private readonly ManualResetEventSlim loading = new(), mayLoad = new();
    private readonly LeVoModel model = ScriptedEngine.Model(new());
    private readonly Lines lines = new();
    private string? problem;
    private int loads;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SongsWaitForTheModelWithoutTheContainersLock()
    {
        await using ServiceProvider provider = Start();
        await StartAsync(provider);
        loading.Wait(Ct);
        // Loading holds up neither the start nor who asks the container, here on the test's own thread.
        var songs = provider.GetRequiredService<ISongGenerator>();
        var tokens = provider.GetRequiredService<ITokenGenerator>();
        Task<Song> song = songs.GenerateAsync(Request, null, Ct), saved =
            songs.DecodeAsync(SongTokens.FromRows([1], [2], [3]), Request, null, Ct);
        Task<SongTokens> written = tokens.GenerateTokensAsync(Request, null, Ct);
        Task<bool> block = Task.Run(
            async () => await songs.StreamAsync(Request, null, Ct).GetAsyncEnumerator(Ct).MoveNextAsync(), Ct);
        ValueTask<bool> frame = tokens.GenerateFramesAsync(Request, null, Ct).GetAsyncEnumerator(Ct).MoveNextAsync();
        Task<IReadOnlyList<Core.Text.SongFinding>> check = Task.Run(() => songs.Check(Request), Ct);
        Assert.Equal((HealthStatus.Unhealthy, "loading"), await HealthAsync(provider));
        Assert.False(song.IsCompleted || saved.IsCompleted || written.IsCompleted || check.IsCompleted
            || block.IsCompleted || frame.IsCompleted);
        mayLoad.Set();
        Assert.Equal((await written).Frames, (await song).Tokens.Frames);
        Assert.Equal(1, (await saved).Tokens.Frames);
        Assert.True(await block && await frame);
        Assert.Empty(await check);
        Assert.Equal(1, loads);
        await Loader(provider).Finished;
        Assert.Equal((HealthStatus.Healthy, "ready"), await HealthAsync(provider));
        Assert.Equal(["The model is being loaded.", "The model is loaded"], lines.Starts());
    }

    [Fact]
    public async Task ASongThatWaitsCanBeCancelled()
    {
        await using ServiceProvider provider = Start();
        using var cancellation = new CancellationTokenSource();
        Task<Song> song = provider.GetRequiredService<ISongGenerator>().GenerateAsync(Request, null, cancellation.Token);
        Task<SongTokens> tokens = provider.GetRequiredService<ITokenGenerator>()
            .GenerateTokensAsync(Request with { Beginning = SongTokens.FromRows([1], [2], [3]) }, null, cancellation.Token);
        loading.Wait(Ct);
        await cancellation.CancelAsync();
        Assert.Equal(0, (await Assert.ThrowsAsync<GenerationCanceledException>(() => song)).Tokens.Frames);
        Assert.Equal(1, (await Assert.ThrowsAsync<GenerationCanceledException>(() => tokens)).Tokens.Frames);
        mayLoad.Set(); // Loading went on for others.
        await provider.GetRequiredService<ISongGenerator>().GenerateAsync(Request, null, Ct);
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task AFailureIsReportedAndTheNextSongTriesAgain()
    {
        problem = "The disk is on fire.";
        mayLoad.Set();
        await using ServiceProvider provider = Start();
        Assert.Equal((HealthStatus.Degraded, "not loaded: the first song loads the model"), await HealthAsync(provider));
        await StartAsync(provider);
        await Loader(provider).Finished;
        Assert.Equal((HealthStatus.Unhealthy, "failed: The disk is on fire."), await HealthAsync(provider));
        Assert.Contains(lines.Written, line => line.Level == LogLevel.Error && line.Text.Contains("on fire"));
        var songs = provider.GetRequiredService<ISongGenerator>();
        await Assert.ThrowsAsync<IOException>(() => songs.GenerateAsync(Request, null, Ct));
        problem = null;
        await songs.GenerateAsync(Request, null, Ct);
        Assert.Equal(3, loads);
        Assert.Equal((HealthStatus.Healthy, "ready"), await HealthAsync(provider));
    }

    [Fact]
    public async Task AStoppingHostStopsTheLoading()
    {
        await using ServiceProvider provider = Start(stop => mayLoad.Wait(stop));
        await StartAsync(provider);
        loading.Wait(Ct);
        Task<Song> song = provider.GetRequiredService<ISongGenerator>().GenerateAsync(Request, null, Ct);
        await Hosted(provider).StopAsync(Ct);
        OperationCanceledException stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => song);
        Assert.IsNotType<GenerationCanceledException>(stopped); // It was not the caller who cancelled.
        Assert.Equal("The model is not loaded: the host stops.", lines.Written.Last().Text);
    }

    [Fact]
    public async Task AHostThatStopsAfterLoadingLeavesSongsAlone()
    {
        mayLoad.Set();
        await using ServiceProvider provider = Start();
        await StartAsync(provider);
        await Loader(provider).Finished;
        await Hosted(provider).StopAsync(Ct);
        await provider.GetRequiredService<ISongGenerator>().GenerateAsync(Request, null, Ct);
    }

    [Fact]
    public async Task EachNamedModelIsLoadedOnItsOwn()
    {
        var services = new ServiceCollection();
        services.AddLeVo("one", o => o.ModelPath = ".").LoadAtStart().LoadAtStart();
        services.AddLeVo("two", o => o.ModelPath = ".");
        services.AddKeyedSingleton("one", model).AddKeyedSingleton("two", (_, _) => Load(default));
        services.AddHealthChecks().AddLeVo("one").AddLeVo("two", HealthStatus.Degraded, ["model"]);
        await using ServiceProvider provider = services.AddLogging().BuildServiceProvider();
        await StartAsync(provider);
        await provider.GetRequiredKeyedService<ModelLoader>("one").Finished;
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        Assert.Equal("ready", report.Entries["levo:one"].Description);
        Assert.StartsWith("not loaded", report.Entries["levo:two"].Description);
        Assert.Equal(["model"], report.Entries["levo:two"].Tags);
        Assert.Equal(0, loads);
    }

    [Theory]
    [InlineData(ModelBackend.Torch)]
    [InlineData(ModelBackend.Cpu)]
    public void LoadingAModelStopsWhenItIsCancelled(ModelBackend backend)
    {
        using var folder = new TinyModelFolder();
        Assert.ThrowsAny<OperationCanceledException>(() => LeVoModel.LoadCancelable(
            new() { ModelPath = folder.Path, Backend = backend }, null, new CancellationToken(canceled: true)).Dispose());
    }

    public void Dispose()
    {
        mayLoad.Set();
        model.Dispose();
        loading.Dispose();
        mayLoad.Dispose();
    }

    private static IHostedService Hosted(ServiceProvider provider) => Assert.Single(
        provider.GetServices<IHostedService>().OfType<ModelLoader>());

    private static ModelLoader Loader(ServiceProvider provider) => provider.GetRequiredService<ModelLoader>();

    private static Task StartAsync(ServiceProvider provider) => Hosted(provider).StartAsync(Ct);

    private static async Task<(HealthStatus Status, string? Text)> HealthAsync(ServiceProvider provider)
    {
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(Ct);
        HealthReportEntry entry = report.Entries["levo"];
        return (entry.Status, entry.Description);
    }

    private ServiceProvider Start(Action<CancellationToken>? wait = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(lines));
        services.AddSingleton<IMusicCodec, ToneCodec>().AddLeVo(o => o.ModelPath = ".").LoadAtStart();
        services.AddSingleton(provider => Load(provider.GetRequiredService<ModelSource>().Model.Stopping, wait));
        services.AddHealthChecks().AddLeVo();
        return services.BuildServiceProvider();
    }

    private LeVoModel Load(CancellationToken stop, Action<CancellationToken>? wait = null)
    {
        Interlocked.Increment(ref loads);
        loading.Set();
        if (wait is null)
            mayLoad.Wait(Ct);
        else
            wait(stop);
        return problem is null ? model : throw new IOException(problem);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentQueue<(LogLevel Level, string Text)> Written { get; } = [];

        public string[] Starts() => [.. Written.Select(line => line.Text.Split(',')[0])];

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(ModelLoader).FullName ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Written.Enqueue((logLevel, formatter(state, exception)));

        public void Dispose()
        {
        }
    }
}
