namespace LeVo.Alignment.Evaluation;

/// <summary>Percentile intervals from samples drawn with replacement. Deterministic.</summary>
internal static class Bootstrap
{
    private const int Draws = 2000, Seed = 1;
    private const double Tail = 0.025;

    /// <summary>The 95 % interval of a statistic.</summary>
    /// <param name="count">Number of observations, at least 1.</param>
    /// <param name="statistic">Computes the statistic of the observations with the indices given.</param>
    public static (double Low, double High) Interval(int count, Func<int[], double> statistic)
    {
        var random = new Random(Seed);
        var drawn = new int[count];
        var values = new double[Draws];
        for (int d = 0; d < Draws; d++)
        {
            for (int i = 0; i < count; i++)
                drawn[i] = random.Next(count);
            values[d] = statistic(drawn);
        }
        Array.Sort(values);
        return (Quantile(values, Tail), Quantile(values, 1 - Tail));
    }

    /// <summary>A quantile of sorted values, between two of them in proportion.</summary>
    public static double Quantile(double[] sorted, double part)
    {
        double at = part * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
