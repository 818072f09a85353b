using LeVo.Core.Conditioning;
using LeVo.Core.Cpu;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Songs with equal conditions read them once.</summary>
public sealed class SongPrefixTests
{
    private const int Takes = 3, Frames = 6;
    private static readonly LeLmConfig Config = CpuModel.Small;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One after the other, as Compose makes takes by default.</summary>
    [Fact]
    public void TakesInARowReadOnePrefix()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        int[][] takes = [.. Enumerable.Range(0, Takes).Select(take => Ids(engine, take))];
        AssertOnePrefix(engine, takes);
    }

    /// <summary>All at once, as with <c>--parallel</c>.</summary>
    [Fact]
    public void TakesTogetherReadOnePrefix()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        var takes = new int[Takes][];
        Thread[] threads = [.. Enumerable.Range(0, Takes).Select(take => new Thread(() => takes[take] = Ids(engine, take)))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        AssertOnePrefix(engine, takes);
    }

    /// <summary>Any difference of the conditions is another prefix; the last one alone is kept.</summary>
    [Fact]
    public void OtherSongsReadTheirOwnPrefix()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        SongCondition[] songs =
        [
            CpuModel.Song, CpuModel.Song with { Lyrics = "[chorus] la" }, CpuModel.Song,
            CpuModel.Song with { Prompt = SongTokens.FromFrames([new(0, 1, 2, 3)], Config.FrameRate) },
        ];
        // The first song also reads the null branch's conditions.
        for (int i = 0; i < songs.Length; i++)
        {
            Read(engine, songs[i]);
            Assert.Equal((2 + i) * Config.PrefixLength, engine.Model.PrefixRows);
        }
        Read(engine, songs[^1]);
        Assert.Equal((1 + songs.Length) * Config.PrefixLength, engine.Model.PrefixRows);
    }

    /// <summary>A song that waits for a prefix reads it itself if its reader was cancelled.</summary>
    [Fact]
    public void ACancelledReaderIsReplaced()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        using var cancellation = new CancellationTokenSource();
        var second = new Thread(() => Read(engine, CpuModel.Song));
        Assert.Throws<OperationCanceledException>(() => Read(engine, CpuModel.Song, read =>
        {
            if (!second.IsAlive)
                second.Start();
            cancellation.Cancel();
        }, cancellation.Token));
        second.Join();
        long rows = engine.Model.PrefixRows;
        Assert.InRange(rows, 2 * Config.PrefixLength + 1, 3 * Config.PrefixLength);
        Read(engine, CpuModel.Song);
        Assert.Equal(rows, engine.Model.PrefixRows);
    }

    /// <summary>Waiting for another song's prefix can be cancelled, and costs the reader nothing.</summary>
    [Fact]
    public void WaitingEndsWhenItIsCancelled()
    {
        using CpuEngine engine = CpuModel.Build(Config);
        var waited = new List<Exception>();
        Read(engine, CpuModel.Song, _ =>
        {
            using var cancellation = new CancellationTokenSource();
            var waiter = new Thread(() =>
            {
                try
                {
                    Read(engine, CpuModel.Song, null, cancellation.Token);
                }
                catch (OperationCanceledException e)
                {
                    waited.Add(e);
                }
            });
            waiter.Start();
            cancellation.Cancel();
            waiter.Join();
        });
        Assert.NotEmpty(waited);
        Assert.Equal(2 * Config.PrefixLength, engine.Model.PrefixRows);
    }

    private static void AssertOnePrefix(CpuEngine engine, int[][] takes)
    {
        Assert.Equal(2 * Config.PrefixLength, engine.Model.PrefixRows);
        for (int take = 0; take < Takes; take++)
        {
            using CpuEngine alone = CpuModel.Build(Config);
            Assert.Equal(Ids(alone, take), takes[take]);
            Assert.Equal(engine.Model.PrefixRows, alone.Model.PrefixRows);
        }
        Assert.NotEqual(takes[0], takes[1]);
    }

    /// <summary>Reads a song's conditions.</summary>
    private static void Read(CpuEngine engine, SongCondition song, Action<int>? progress = null, CancellationToken? token = null)
    {
        using ILeLmSequence sequence = engine.Start(CpuModel.Preparer(Config), song, 1);
        sequence.ReadPrefix(progress, token ?? Ct);
    }

    /// <summary>The ids of a short song.</summary>
    private static int[] Ids(CpuEngine engine, int take)
    {
        var session = new GenerationSession(Config, Frames, new() { Temperature = 1, TopK = 50, Guidance = 1.5 }, (ulong)take);
        using var loop = new TokenLoop(
            engine.Start(CpuModel.Preparer(Config), CpuModel.Song, Config.CreatePattern(Frames).Columns - 1), session, Config);
        var ids = new List<int>();
        while (true)
        {
            if (session.TryTakeFrame() is { } frame)
                ids.AddRange([frame.Mixed, frame.Vocal, frame.Accompaniment]);
            else if (session.Complete)
                return [.. ids];
            else
                loop.Step(cancellationToken: Ct);
        }
    }
}
