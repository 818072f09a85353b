namespace LeVo.Benchmarks.Race;

/// <summary>Times of several things that ran in turn, [round][thing], in seconds.</summary>
internal sealed class Rounds(double[][] seconds)
{
    public double Of(int round, int thing) => seconds[round][thing];

    public double Best(int thing) => seconds.Min(round => round[thing]);

    public double Median(int thing) => Median(round => round[thing]);

    /// <summary>The median of something that is computed from the times of each round.</summary>
    public double Median(Func<double[], double> of)
    {
        double[] sorted = [.. seconds.Select(of).Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
