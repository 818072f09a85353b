using LeVo.Codec.Tests.Faults;
using LeVo.Core.Audio;
using LeVo.Core.Generation;

namespace LeVo.Codec.Tests.Streaming;

/// <summary>Streams of a whole model whose halves share the cores. A window has ten frames, of which six are new.</summary>
public sealed class WholeStreamTests(WholeStreamTests.Model model) : IClassFixture<WholeStreamTests.Model>, IDisposable
{
    private const int Frames = 35;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-stream-");

    private SongRequest Request => model.Request;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string ProgressFile => Path.Combine(folder.FullName, "song.json");

    [Fact]
    public async Task TheFirstWindowIsDecodedBeforeTheLastTokenIsPicked()
    {
        List<GenerationProgress> reports = [];
        SongStream stream = model.Generator.StreamAsync(Request, new Listener(reports.Add), Ct);
        List<Waveform> blocks = await stream.ToListAsync(Ct);
        Song song = await stream.Completion;
        Song whole = await model.Generator.GenerateAsync(Request, null, Ct);
        Assert.Equal(Frames, song.Tokens.Frames);
        Assert.Equal(whole.Tokens, song.Tokens);
        Assert.Equal(whole.Audio.Channels, song.Audio.Channels);
        Assert.Equal(6, blocks.Count);
        // No step lies within a window; the last frame completes the fifth, and shows that the sixth is the last.
        SongStage[] stages = [.. reports.Select(report => report.Stage)];
        SongStage[] runs = [.. stages.Where((stage, i) => i == 0 || stages[i - 1] != stage)];
        Assert.Equal(
            [SongStage.Prefill, .. Enumerable.Repeat((SongStage[])[SongStage.Tokens, SongStage.Audio], 5).SelectMany(pair => pair)],
            runs);
        int steps = reports.Count(report => report.Stage == SongStage.Tokens);
        int before = stages.TakeWhile(stage => stage != SongStage.Audio).Count(stage => stage == SongStage.Tokens);
        Assert.Equal(Frames - 11, steps - before);
        GenerationProgress last = reports[^1];
        Assert.Equal((SongStage.Audio, last.Total), (last.Stage, last.Done));
    }

    [Fact]
    public async Task EveryMomentStopsWithoutLeftovers()
    {
        int reports = 0;
        float[] whole = await SoundOf(new Listener(_ => reports++));
        long tensors = TinyHost.Tensors;
        for (int moment = 1; moment < reports - 1; moment += 5)
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            SongStream stream = model.Generator.StreamAsync(
                Request, new CancellingAt(moment, cancellation), cancellation.Token);
            await Assert.ThrowsAsync<GenerationCanceledException>(() => stream.ToListAsync(Ct).AsTask());
            GenerationCanceledException kept =
                await Assert.ThrowsAsync<GenerationCanceledException>(() => stream.Completion.WaitAsync(Ct));
            Assert.InRange(kept.Tokens.Frames, 0, Frames);
            Assert.Equal(tensors, TinyHost.Tensors);
        }
        Assert.Equal(whole, await SoundOf(null));
    }

    [Theory]
    [InlineData(SongStage.Prefill)]
    [InlineData(SongStage.Tokens)]
    [InlineData(SongStage.Audio)]
    public async Task AnErrorOfEitherHalfEndsBoth(SongStage stage)
    {
        await SoundOf(null);
        long tensors = TinyHost.Tensors;
        bool sounds = false;
        SongStream stream = model.Generator.StreamAsync(Request, new Listener(report =>
        {
            // A step after the first window.
            sounds |= report.Stage == SongStage.Audio;
            if (report.Stage == stage && (sounds || stage == SongStage.Prefill))
                throw new InvalidTimeZoneException();
        }), Ct);
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => stream.ToListAsync(Ct).AsTask());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => stream.Completion.WaitAsync(Ct));
        Assert.Equal(tensors, TinyHost.Tensors);
    }

    [Fact]
    public async Task AStreamThatIsAbandonedAfterABlockKeepsTheTokensThatExist()
    {
        SongStream stream = model.Generator.StreamAsync(Request, null, Ct);
        await foreach (Waveform block in stream)
            break;
        GenerationCanceledException kept =
            await Assert.ThrowsAsync<GenerationCanceledException>(() => stream.Completion.WaitAsync(Ct));
        Assert.InRange(kept.Tokens.Frames, 11, Frames);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AKilledSongGoesOnToTheSameEnd(bool streams)
    {
        SongRequest request = Request with { ProgressPath = ProgressFile, WithStems = !streams };
        float[] whole = await SoundOf(null, request with { ProgressPath = null }, streams);
        int reports = 0, resumed = 0;
        await SoundOf(new Listener(_ => reports++), request, streams);
        for (int moment = 3; moment < reports - 1; moment += 9)
        {
            Directory.Delete(ProgressFile + ".sound", recursive: true);
            File.Delete(ProgressFile);
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            await Assert.ThrowsAsync<GenerationCanceledException>(
                () => SoundOf(new CancellingAt(moment, cancellation), request, streams, cancellation.Token));
            Assert.Equal(whole, await SoundOf(new Listener(report =>
            {
                if (report.Stage == SongStage.Audio)
                    resumed += report.Resumed;
            }), request, streams));
        }
        Assert.True(resumed > 0);
        // Another song's windows go with its tokens.
        string[] kept = Directory.GetFiles(ProgressFile + ".sound");
        await SoundOf(null, request with { Seed = 77 }, streams);
        Assert.Empty(kept.Intersect(Directory.GetFiles(ProgressFile + ".sound")));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private async Task<float[]> SoundOf(IProgress<GenerationProgress>? progress, SongRequest? request = null,
        bool streams = true, CancellationToken? cancellation = null)
    {
        CancellationToken token = cancellation ?? Ct;
        if (!streams)
            return TinyHost.SoundOf(await model.Generator.GenerateAsync(request ?? Request, progress, token));
        SongStream stream = model.Generator.StreamAsync(request ?? Request, progress, token);
        await stream.ToListAsync(Ct);
        return TinyHost.SoundOf(await stream.Completion);
    }

    /// <summary>A model, and a song that it does not end early.</summary>
    public sealed class Model : IAsyncLifetime
    {
        private readonly TinyHost host = new(_ => { }, windowSeconds: 0.4);

        public ISongGenerator Generator => host.Generator;

        public SongRequest Request { get; private set; } = new();

        public async ValueTask InitializeAsync()
        {
            Song song;
            ulong seed = 0;
            do
            {
                Request = TinyHost.Request(2) with { Duration = TimeSpan.FromSeconds(Frames / 25.0), Seed = seed++ };
                song = await Generator.GenerateAsync(Request, null, Ct);
            }
            while (song.Tokens.Frames < Frames);
        }

        public ValueTask DisposeAsync()
        {
            host.Dispose();
            return default;
        }
    }
}
