using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>A piece of a parallel loop: items [start, end), on one worker.</summary>
internal delegate void LoopBody(int start, int end, int worker);

/// <summary>
/// Threads for loops that last microseconds. Workers claim pieces of a loop, spin for the next loop and park when none
/// comes. A worker that the system has suspended holds nobody up: a loop waits only for pieces that were claimed. One
/// loop at a time; running one allocates nothing.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>About 50 microseconds of spinning: longer than the pauses within a step, shorter than those between
    /// songs.</summary>
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

    /// <param name="threads">Threads of a loop, the caller's included.</param>
    public WorkerPool(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        workers = [.. Enumerable.Range(1, threads - 1).Select(i =>
            new Thread(() => Work(i)) { IsBackground = true, Name = $"LeVo worker {i}" })];
        foreach (Thread worker in workers)
            worker.Start();
    }

    /// <summary>Threads of a loop, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Workers that wait without spinning.</summary>
    internal int Parked => Volatile.Read(ref parked);

    /// <summary>Runs a loop to its end.</summary>
    /// <param name="items">Number of items.</param>
    /// <param name="piece">Items claimed at once when few are left. Before that more are: where a stream of memory is
    /// read in few long stretches, less is asked for in advance that somebody else reads.</param>
    /// <param name="run">What to do; called concurrently with disjoint pieces.</param>
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

    /// <summary>The next loop's number, 0 when the pool ends.</summary>
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
            // A loop that opened in between may not have seen this worker; a permit too many only wakes it once for
            // nothing.
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

    /// <summary>What threads write, each on its own cache line.</summary>
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
