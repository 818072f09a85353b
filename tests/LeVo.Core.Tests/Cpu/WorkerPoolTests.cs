using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Tests.Cpu;

public sealed class WorkerPoolTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(5, 1)]
    public void EveryItemRunsOnce(int threads, int piece)
    {
        using var pool = new WorkerPool(threads);
        for (int items = 0; items < 200; items++)
        {
            var counts = new int[items];
            pool.For(items, piece, (start, end, worker) =>
            {
                Assert.InRange(worker, 0, threads - 1);
                for (int i = start; i < end; i++)
                    Interlocked.Increment(ref counts[i]);
            });
            Assert.All(counts, count => Assert.Equal(1, count));
        }
    }

    /// <summary>Also after the workers have parked.</summary>
    [Fact]
    public void ManyShortLoopsSeeEachOthersResults()
    {
        using var pool = new WorkerPool(3);
        var values = new int[64];
        for (int loop = 1; loop <= 3000; loop++)
        {
            pool.For(values.Length, 1, (start, end, _) =>
            {
                for (int i = start; i < end; i++)
                    values[i]++;
            });
            Assert.Equal(values.Length * loop, values.Sum());
            if (loop % 500 == 0)
                SpinWait.SpinUntil(() => pool.Parked == 2);
        }
    }

    [Fact]
    public void AnExceptionEndsTheLoopAndReachesTheCaller()
    {
        using var pool = new WorkerPool(2);
        for (int i = 0; i < 20; i++)
        {
            Assert.Throws<FormatException>(() => pool.For(100, 1, (start, end, _) =>
            {
                if (start <= 40 && end > 40)
                    throw new FormatException();
            }));
        }
        int done = 0;
        pool.For(10, 1, (start, end, _) => Interlocked.Add(ref done, end - start));
        Assert.Equal(10, done);
    }

    [Fact]
    public void LoopsAllocateNothing()
    {
        using var pool = new WorkerPool(2);
        int sum = 0;
        LoopBody body = (start, end, _) => Interlocked.Add(ref sum, end - start);
        pool.For(100, 1, body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            pool.For(100, 1, body);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
