using System.Diagnostics;

namespace LeVo.Benchmarks.Race;

/// <summary>Times things that other work on the machine disturbs.</summary>
internal static class Clock
{
    public static double Seconds(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Runs several things in turn, so that a disturbance hits all of them, and gives each one's best time.</summary>
    public static double[] Best(int rounds, params Action[] things)
    {
        foreach (Action thing in things)
            thing();
        double[] best = [.. things.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < things.Length; i++)
                best[i] = Math.Min(best[i], Seconds(things[i]));
        }
        return best;
    }
}
