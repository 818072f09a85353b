using LeVo.Core.Generation;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Faults;

/// <summary>Many requests to one model.</summary>
[Collection(nameof(CountsTensors))]
public sealed class LoadTests(TinyHost host) : IClassFixture<TinyHost>
{
    private const int Together = 8;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SongsMadeTogetherAreThoseMadeOneByOne()
    {
        float[][] alone = new float[Together][];
        for (int i = 0; i < Together; i++)
            alone[i] = TinyHost.SoundOf(await host.Generator.GenerateAsync(TinyHost.Request(i), null, Ct));
        Assert.True(alone.Distinct(new Samples()).Count() > Together / 2);
        Song[] together = await Task.WhenAll(Enumerable.Range(0, Together)
            .Select(i => host.Generator.GenerateAsync(TinyHost.Request(i), null, Ct)));
        Assert.Equal(alone, together.Select(TinyHost.SoundOf));
    }

    [Fact]
    public async Task ManyRequestsInARowLeaveMemoryAndTensorsFlat()
    {
        int count = LongChecks.Count("LEVO_REQUESTS", 40), warm = count / 4;
        (long managed, long resident) = (0, 0);
        long tensors = 0;
        for (int i = 0; i < count; i++)
        {
            await host.Generator.GenerateAsync(TinyHost.Request(i % 12), null, Ct);
            if (i == warm)
                (tensors, managed, resident) = (LiveTensors.Settled(), GC.GetTotalMemory(true), Resident());
            if (i > warm)
                Assert.Equal(tensors, TinyHost.Tensors);
        }
        Assert.InRange(GC.GetTotalMemory(true) - managed, long.MinValue, 1 << 20);
        // Allocators keep pages; a leak of one song's cache and latents would show a hundred times over.
        Assert.InRange(Resident() - resident, long.MinValue, 64 << 20);
    }

    [Fact]
    public async Task RequestsThatAreCancelledChangeNothingForTheOthers()
    {
        int songs = 2 * LongChecks.Count("LEVO_CANCELLATIONS", 6);
        var random = new Random(songs);
        float[][] alone = new float[songs][];
        for (int i = 0; i < songs; i++)
            alone[i] = TinyHost.SoundOf(await host.Generator.GenerateAsync(TinyHost.Request(i), null, Ct));
        long tensors = LiveTensors.Settled();
        int[] moments = [.. Enumerable.Range(0, songs).Select(i => i % 2 == 0 ? random.Next(1, 20) : int.MaxValue)];
        var heard = new float[]?[songs];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = Ct };
        await Parallel.ForAsync(0, songs, options, async (i, token) =>
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(token);
            try
            {
                heard[i] = TinyHost.SoundOf(await host.Generator.GenerateAsync(
                    TinyHost.Request(i), new CancellingAt(moments[i], cancellation), cancellation.Token));
            }
            catch (GenerationCanceledException)
            {
                Assert.True(i % 2 == 0);
            }
        });
        // A short song may be made before its moment comes.
        Assert.InRange(heard.Count(sound => sound is null), songs / 4, songs / 2);
        for (int i = 0; i < songs; i++)
            Assert.Equal(alone[i], heard[i] ?? alone[i]);
        Assert.Equal(tensors, TinyHost.Tensors);
    }

    [Fact]
    public async Task NothingIsComputedOnTheThreadPool()
    {
        var threads = new Threads();
        await host.Generator.GenerateAsync(TinyHost.Request(3), threads, Ct);
        Assert.Equal([SongStage.Prefill, SongStage.Tokens, SongStage.Audio], threads.OnPool.Keys.Order());
        Assert.All(threads.OnPool.Values, Assert.False);
    }

    private static long Resident()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private sealed class Threads : IProgress<GenerationProgress>
    {
        public Dictionary<SongStage, bool> OnPool { get; } = [];

        public void Report(GenerationProgress value) =>
            OnPool[value.Stage] = OnPool.GetValueOrDefault(value.Stage) || Thread.CurrentThread.IsThreadPoolThread;
    }

    private sealed class Samples : IEqualityComparer<float[]>
    {
        public bool Equals(float[]? x, float[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(float[] obj) => obj.Length;
    }
}
