using System.Runtime.CompilerServices;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

public sealed class SongStreamTests : IDisposable
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] 春天的风. Oh"),
        Description = "pop",
        Duration = TimeSpan.FromSeconds(1),
    };

    private readonly LeVoModel model = ScriptedEngine.Model(new(), songs: 1);
    private readonly FaultyCodec codec = new();

    private SongGenerator Generator => new(model.CreateTokenGenerator(), codec);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheCompletionIsTheSongOfTheBlocks()
    {
        SongStream stream = Generator.StreamAsync(Request, null, Ct);
        Assert.NotNull(stream.Request.Seed);
        Assert.False(stream.Completion.IsCompleted);
        List<Waveform> blocks = await stream.ToListAsync(Ct);
        Song song = await stream.Completion.WaitAsync(Ct);
        Assert.Equal(3, blocks.Count);
        Assert.Equal(Waveform.Concat(blocks).Channels[0], song.Audio.Channels[0]);
        Assert.Same(stream.Request, song.Request);
        Assert.True(song.TokenTime > TimeSpan.Zero && song.AudioTime > TimeSpan.Zero);

        Song same = await Generator.GenerateAsync(stream.Request, null, Ct);
        Assert.Equal(same.Tokens, song.Tokens);
        Assert.Equal(same.Audio.Channels[1], song.Audio.Channels[1]);
        Assert.Equal(same.Findings, song.Findings);
    }

    [Fact]
    public async Task AStreamIsEnumeratedOnce()
    {
        SongStream stream = Generator.StreamAsync(Request, null, Ct);
        await foreach (Waveform block in stream)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.ToListAsync(Ct));
        }
        Assert.Equal(100, (await stream.Completion.WaitAsync(Ct)).Audio.Length);
    }

    [Fact]
    public async Task AnAbandonedStreamIsCanceledAndGivesUpItsPlace()
    {
        SongStream stream = Generator.StreamAsync(Request, null, Ct);
        await foreach (Waveform block in stream)
            break;
        await CanceledWithTokens(stream, 25);
        await AnotherSongIsMade();
    }

    [Fact]
    public async Task ACanceledStreamKeepsItsTokens()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        SongStream stream = Generator.StreamAsync(Request, null, cancellation.Token);
        GenerationCanceledException canceled = await Assert.ThrowsAsync<GenerationCanceledException>(async () =>
        {
            await foreach (Waveform block in stream)
                cancellation.Cancel();
        });
        Assert.Equal(25, canceled.Tokens.Frames);
        Assert.Equal(cancellation.Token, canceled.CancellationToken);
        await CanceledWithTokens(stream, 25);
        await AnotherSongIsMade();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AStreamThatIsCanceledBeforeItStartsIsCanceled(bool enumerated)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        SongStream stream = Generator.StreamAsync(Request, null, cancellation.Token);
        cancellation.Cancel();
        if (enumerated)
            await Assert.ThrowsAsync<GenerationCanceledException>(async () => await stream.ToListAsync(Ct));
        await CanceledWithTokens(stream, 0);
        await AnotherSongIsMade();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public async Task AFailingCodecFailsTheCompletion(int block, bool whenDisposed)
    {
        (codec.FailsAt, codec.FailsWhenDisposed) = (block, whenDisposed);
        SongStream stream = Generator.StreamAsync(Request, null, Ct);
        IOException error = await Assert.ThrowsAsync<IOException>(async () => await stream.ToListAsync(Ct));
        Assert.Same(error, await Assert.ThrowsAsync<IOException>(() => stream.Completion.WaitAsync(Ct)));
        Assert.True(stream.Completion.IsFaulted);
        (codec.FailsAt, codec.FailsWhenDisposed) = (-1, false);
        await AnotherSongIsMade();
    }

    [Fact]
    public async Task NobodyHasToWaitForTheCompletion()
    {
        var reported = new List<Exception>();
        void Report(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            lock (reported)
                reported.AddRange(e.Exception.InnerExceptions.Where(inner => inner.Message == FaultyCodec.Message));
        }
        TaskScheduler.UnobservedTaskException += Report;
        codec.FailsAt = 0;
        for (int i = 0; i < 3; i++)
            await FailAsync();
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        TaskScheduler.UnobservedTaskException -= Report;
        Assert.Empty(reported);

        [MethodImpl(MethodImplOptions.NoInlining)]
        async Task FailAsync() => await Assert.ThrowsAsync<IOException>(
            async () => await Generator.StreamAsync(Request, null, Ct).ToListAsync(Ct));
    }

    [Fact]
    public async Task AHostMakesAStreamOfItsOwn()
    {
        var info = new ModelInfo("fake", "", 25, TimeSpan.FromSeconds(9), new());
        var song = new Song(Request, info, SongTokens.FromRows([1], [2], [3]), Waveform.Silence(2, 4, 100));
        var stream = new SongStream(Request, new[] { song.Audio }.ToAsyncEnumerable(), () => song, Ct);
        Assert.Same(song.Audio, Assert.Single(await stream.ToListAsync(Ct)));
        Assert.Same(song, await stream.Completion.WaitAsync(Ct));

        var broken = new SongStream(Request, AsyncEnumerable.Empty<Waveform>(), () => throw new IOException("x"), Ct);
        await Assert.ThrowsAsync<IOException>(async () => await broken.ToListAsync(Ct));
        await Assert.ThrowsAsync<IOException>(() => broken.Completion.WaitAsync(Ct));
    }

    public void Dispose() => model.Dispose();

    private static async Task CanceledWithTokens(SongStream stream, int frames)
    {
        GenerationCanceledException canceled =
            await Assert.ThrowsAsync<GenerationCanceledException>(() => stream.Completion.WaitAsync(Ct));
        Assert.True(stream.Completion.IsCanceled);
        Assert.Equal(frames, canceled.Tokens.Frames);
    }

    /// <summary>The model has one place.</summary>
    private async Task AnotherSongIsMade() =>
        Assert.Equal(25, (await Generator.GenerateAsync(Request, null, Ct).WaitAsync(Ct)).Tokens.Frames);

    /// <summary>Blocks of ten frames; fails before a block.</summary>
    private sealed class FaultyCodec : IMusicCodec
    {
        public const string Message = "The codec of the test failed.";
        private readonly ToneCodec codec = new();

        public int FailsAt { get; set; } = -1;

        public bool FailsWhenDisposed { get; set; }

        public int SampleRate => codec.SampleRate;

        public int FrameRate => codec.FrameRate;

        public async IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
            IProgress<GenerationProgress>? progress = null,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            int index = 0;
            try
            {
                await foreach (Waveform block in codec.DecodeAsync(tokens, options, progress, cancellationToken))
                {
                    if (index++ == FailsAt)
                    {
                        if (FailsWhenDisposed)
                            yield break;
                        throw new IOException(Message);
                    }
                    yield return block;
                }
            }
            finally
            {
                if (FailsWhenDisposed)
                    throw new IOException(Message);
            }
        }

        public Task<SongTokens> EncodeAsync(
            Waveform mix, StemPair stems, CancellationToken cancellationToken = default) =>
            codec.EncodeAsync(mix, stems, cancellationToken);
    }
}
