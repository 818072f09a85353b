using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>The body of a parallel loop: processes items [start, end) on one worker.</summary>
internal delegate void LoopBody(int start, int end, int worker);

/// <summary>
/// A thread pool for loops that last microseconds. Workers claim chunks of a loop, spin for the next loop, and block
/// when there is none for some time. A worker that the system has suspended delays no one: a loop waits only for
/// claimed chunks. Runs one loop at a time, without allocations.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>
    /// About 50 microseconds of spinning: longer than the gaps within a step, shorter than those between songs.
    /// </summary>
    private const int SpinsBeforeParking = 1500;

    private readonly Thread[] workers;
    private readonly SemaphoreSlim wake = new(0);
    private LoopBody? body;
    private ExceptionDispatchInfo? failure;
    private int count;
    private int grain;
    private long loops;
    private int parked;
    private volatile bool stopping;
    private Counters shared;

    /// <param name="threads">Number of threads, including the caller's.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        workers = [.. Enumerable.Range(1, threads - 1).Select(i =>
            new Thread(() => Work(i)) { IsBackground = true, Name = $"LeVo worker {i}" })];
        foreach (Thread worker in workers)
            worker.Start();
    }

    /// <summary>Number of threads, including the caller's.</summary>
    public int Threads { get; }

    /// <summary>Number of blocked workers.</summary>
    internal int Parked => Volatile.Read(ref parked);

    /// <summary>Runs a loop and waits for its end.</summary>
    /// <param name="items">Number of items.</param>
    /// <param name="piece">Minimum number of items per chunk. Chunks are larger at the start: long contiguous reads
    /// waste less prefetching.</param>
    /// <param name="run">The loop body; called concurrently with disjoint chunks.</param>
    public void For(int items, int piece, LoopBody run)
    {
        if (Threads == 1 || items <= piece)
        {
            if (items > 0)
                run(0, items, 0);
            return;
        }
        (body, count, grain, shared.Next) = (run, items, piece, 0);
        Interlocked.Exchange(ref shared.Open, ++loops);
        if (Interlocked.Exchange(ref parked, 0) is > 0 and int sleeping)
            wake.Release(sleeping);
        Claim(0);
        Interlocked.Exchange(ref shared.Open, 0);
        var wait = new SpinWait();
        while (Volatile.Read(ref shared.Active) > 0)
            wait.SpinOnce(sleep1Threshold: -1);
        Interlocked.Exchange(ref failure, null)?.Throw();
    }

    public void Dispose()
    {
        stopping = true;
        wake.Release(workers.Length + 1);
        foreach (Thread worker in workers)
            worker.Join();
        wake.Dispose();
    }

    private void Work(int worker)
    {
        long seen = 0;
        while (Await(seen) is > 0 and long loop)
        {
            seen = loop;
            Interlocked.Increment(ref shared.Active);
            if (Volatile.Read(ref shared.Open) == loop)
                Claim(worker);
            Interlocked.Decrement(ref shared.Active);
        }
    }

    /// <summary>Waits for the next loop and returns its number, or 0 when the pool is disposed.</summary>
    private long Await(long seen)
    {
        while (true)
        {
            for (int spin = 0; spin < SpinsBeforeParking; spin++)
            {
                if (stopping)
                    return 0;
                if (IsNew(out long loop))
                    return loop;
                Thread.SpinWait(1);
            }
            Interlocked.Increment(ref parked);
            // A loop that started in between may not have counted this worker; a surplus permit only causes one
            // spurious wake-up.
            if (!stopping && !IsNew(out _))
                wake.Wait();
        }

        bool IsNew(out long loop)
        {
            loop = Volatile.Read(ref shared.Open);
            return loop != 0 && loop != seen;
        }
    }

    private void Claim(int worker)
    {
        try
        {
            while (true)
            {
                int start = Volatile.Read(ref shared.Next);
                if (start >= count)
                    return;
                int end = start + Math.Min(count - start, Math.Max(grain, (count - start) / (2 * Threads)));
                if (Interlocked.CompareExchange(ref shared.Next, end, start) == start)
                    body!(start, end, worker);
            }
        }
        catch (Exception e)
        {
            Volatile.Write(ref shared.Next, count);
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
        }
    }

    /// <summary>The fields that threads write, each on a separate cache line.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Counters
    {
        [FieldOffset(128)]
        public long Open;

        [FieldOffset(256)]
        public int Next;

        [FieldOffset(384)]
        public int Active;
    }
}
