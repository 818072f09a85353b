using System.Diagnostics;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Generation;

/// <summary>The shared thread pool is free while songs are made.</summary>
[Collection(nameof(ThreadPoolTests))]
[CollectionDefinition(nameof(ThreadPoolTests), DisableParallelization = true)]
public sealed class ThreadPoolTests
{
    private const int Pings = 20;

    /// <summary>Milliseconds below which waits are not told apart: other processes share the machine.</summary>
    private const double Resolution = 10;

    /// <summary>An occupied pool grows by a thread or two a second, which is some fifty times the resolution.</summary>
    private const double MostTimesIdle = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ManySongsLeaveThePoolFree()
    {
        ThreadPool.GetMinThreads(out int workers, out _);
        int count = Math.Max(6, 3 * workers), reading = 0;
        double idle = await LongestWaitAsync();
        using var steps = new ManualResetEventSlim();
        var allRead = new TaskCompletionSource();
        bool onPool = false;
        void Read()
        {
            onPool |= Thread.CurrentThread.IsThreadPoolThread;
            if (Interlocked.Increment(ref reading) == count)
                allRead.SetResult();
            steps.Wait(Ct);
        }
        using LeVoModel model = ScriptedEngine.Model(new() { Reading = Read }, count);
        var generator = new SongGenerator(model.CreateTokenGenerator(), new ToneCodec());
        Task<Song>[] songs = [.. Enumerable.Range(0, count).Select(i => generator.GenerateAsync(
            new() { Part = SongPart.Accompaniment, Seed = (ulong)i }, null, Ct))];
        await allRead.Task.WaitAsync(Ct);
        double busy = await LongestWaitAsync();
        steps.Set();
        await Task.WhenAll(songs);
        Assert.False(onPool);
        Assert.InRange(busy, 0, MostTimesIdle * Math.Max(idle, Resolution));
    }

    /// <summary>The longest time in milliseconds that one of several empty work items waited, one after the other.</summary>
    private static async Task<double> LongestWaitAsync()
    {
        double longest = 0;
        for (int i = 0; i < Pings; i++)
        {
            long queued = Stopwatch.GetTimestamp();
            await Task.Run(() => longest = Math.Max(longest, Stopwatch.GetElapsedTime(queued).TotalMilliseconds), Ct);
        }
        return longest;
    }
}
