using System.Runtime.CompilerServices;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Streaming;

/// <summary>Sound of frames that arrive one by one, against the sound of a song that is there. A window has 25 frames, of which
/// 18 are new.</summary>
public sealed class FrameDecodingTests : IDisposable
{
    private readonly TinyCodec files = new(withEncoder: true);
    private readonly MusicCodec codec;

    public FrameDecodingTests() => codec = files.Load();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(26)]
    [InlineData(43)]
    [InlineData(44)]
    [InlineData(130)]
    public async Task TheSoundIsThatOfTheWholeSong(int frames)
    {
        SongTokens song = Songs.Random(frames);
        foreach (CodecDecodeOptions options in (CodecDecodeOptions[])[new() { Seed = 1 }, new() { Part = SongPart.Vocal, Steps = 2 }])
        {
            List<Waveform> whole = await codec.DecodeAsync(song, options, null, Ct).ToListAsync(Ct);
            List<Waveform> arrived = await codec.DecodeFramesAsync(Songs.OneByOne(song), options, null, Ct).ToListAsync(Ct);
            Assert.Equal(whole.Select(block => block.Channels), arrived.Select(block => block.Channels));
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    public async Task APromptIsContinuedInTheSameWay(int frames)
    {
        SongTokens song = Songs.Random(frames);
        var options = new CodecDecodeOptions { Prompt = new(Songs.Noise(1, 4_000), Songs.Noise(2, 4_000)) };
        List<Waveform> whole = await codec.DecodeAsync(song, options, null, Ct).ToListAsync(Ct);
        List<Waveform> arrived = await codec.DecodeFramesAsync(Songs.OneByOne(song), options, null, Ct).ToListAsync(Ct);
        Assert.Equal(whole.Select(block => block.Channels), arrived.Select(block => block.Channels));
        Assert.NotEqual(whole[0].Channels[0],
            (await codec.DecodeAsync(song, options with { Prompt = null }, null, Ct).ToListAsync(Ct))[0].Channels[0]);
    }

    [Theory]
    [InlineData(130)] // the last window is filled by repetition
    [InlineData(97)] // 25 and four times 18: it is full
    public async Task AWindowIsDecodedOnceAndAsSoonAsAnotherOneFollows(int frames)
    {
        List<int> taken = [], began = [];
        List<GenerationProgress> reports = [];
        var progress = new Listener(report =>
        {
            reports.Add(report);
            if (report.Done % UnitsOfAWindow == 1)
                began.Add(taken.Count);
        });
        await codec.DecodeFramesAsync(Songs.OneByOne(Songs.Random(frames), taken.Add),
            new() { ExpectedFrames = frames }, progress, Ct).ToListAsync(Ct);
        int windows = (frames - 7 + 17) / 18;
        Assert.Equal([.. Enumerable.Range(0, windows - 1).Select(i => 25 + 18 * i + 1), frames], began);
        Assert.Equal(Enumerable.Range(0, windows * UnitsOfAWindow + 1), reports.Select(report => report.Done).Distinct());
        Assert.All(reports, report => Assert.Equal((windows * UnitsOfAWindow, 0), (report.Total, report.Resumed)));
    }

    [Fact]
    public async Task AnUnknownCodeEndsBothHalves()
    {
        bool ended = false;
        await Assert.ThrowsAsync<ArgumentException>(
            () => codec.DecodeFramesAsync(Frames(), new(), null, Ct).ToListAsync(Ct).AsTask());
        Assert.True(ended);

        async IAsyncEnumerable<TokenFrame> Frames()
        {
            try
            {
                await Task.Yield();
                while (true)
                    yield return new(0, 1, TinyCodec.CodebookSize, 1);
            }
            finally
            {
                ended = true;
            }
        }
    }

    [Fact]
    public async Task AFailingSongEndsTheSoundAfterItsBlocks()
    {
        List<Waveform> blocks = [];
        IOException error = await Assert.ThrowsAsync<IOException>(async () =>
        {
            await foreach (Waveform block in codec.DecodeFramesAsync(Frames(), new(), null, Ct))
                blocks.Add(block);
        });
        Assert.Equal("The song of the test failed.", error.Message);
        Assert.Single(blocks);

        static async IAsyncEnumerable<TokenFrame> Frames()
        {
            for (int t = 0; t < 30; t++)
                yield return new(t, 1, 2, 3);
            await Task.Yield();
            throw new IOException("The song of the test failed.");
        }
    }

    [Fact]
    public async Task ACancelledWaitForFramesEnds()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        IAsyncEnumerable<Waveform> blocks = codec.DecodeFramesAsync(Frames(Ct), new(), null, cancellation.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocks.ToListAsync(Ct).AsTask());

        async IAsyncEnumerable<TokenFrame> Frames([EnumeratorCancellation] CancellationToken token)
        {
            yield return new(0, 1, 2, 3);
            cancellation.Cancel();
            await Task.Delay(Timeout.Infinite, token);
        }
    }

    [Fact]
    public void TheCodecTakesTurnsOnlyWithAModelOnItsDevice()
    {
        Assert.Equal(CodecPace.Alternating, codec.PaceBeside("cpu"));
        Assert.Equal(CodecPace.Overlapping, codec.PaceBeside("cuda:0"));
    }

    public void Dispose()
    {
        codec.Dispose();
        files.Dispose();
    }

    /// <summary>Three steps and a chunk.</summary>
    internal const int UnitsOfAWindow = 4;
}
