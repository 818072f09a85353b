using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LeVo.Benchmarks.Race;

/// <summary>
/// Times things that other work on the machine disturbs. Where the machine is so busy that nothing runs for long, the
/// time that the process spent computing says more than the time that went by; it is only fair with one thread, since
/// waiting threads spin.
/// </summary>
internal static partial class Clock
{
    private const int ProcessClock = 2;
    private const int SpinningMilliseconds = 30;

    /// <summary>Whether computing time counts (Linux).</summary>
    public static bool CountsComputing { get; set; }

    public static double Seconds(Action run)
    {
        double computed = Computed();
        long start = Stopwatch.GetTimestamp();
        run();
        return CountsComputing ? Computed() - computed : Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Runs several things in turn, so that a disturbance hits all of them.</summary>
    public static Rounds InTurn(int rounds, params Action[] things)
    {
        foreach (Action thing in things)
            thing();
        return new([.. Enumerable.Range(0, rounds).Select(_ => (double[])[.. things.Select(Rested)])]);
    }

    /// <summary>The best time of each of several things that run in turn.</summary>
    public static double[] Best(int rounds, params Action[] things)
    {
        Rounds times = InTurn(rounds, things);
        return [.. things.Select((_, i) => times.Best(i))];
    }

    /// <summary>Threads of an engine spin for a while when its work is done, and must not disturb the next one's.</summary>
    private static double Rested(Action run)
    {
        Thread.Sleep(SpinningMilliseconds);
        return Seconds(run);
    }

    private static double Computed()
    {
        if (!CountsComputing)
            return 0;
        _ = Read(ProcessClock, out TimeSpec time);
        return time.Seconds + 1e-9 * time.Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out TimeSpec time);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);
}
