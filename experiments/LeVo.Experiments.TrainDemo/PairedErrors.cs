namespace LeVo.Experiments.TrainDemo;

/// <summary>Phone error rates of two models on the same songs, and their difference.</summary>
/// <param name="First">Rate of the first model over all songs.</param>
/// <param name="Second">Rate of the second.</param>
/// <param name="StandardError">Standard error of the difference, song by song; 0 for a single song.</param>
internal sealed record PairedErrors(double First, double Second, double StandardError)
{
    public double Difference => Second - First;

    /// <exception cref="ArgumentException">The two lists aren't of the same songs.</exception>
    public static PairedErrors Of(IReadOnlyList<HeardSong> first, IReadOnlyList<HeardSong> second)
    {
        if (first.Count == 0 || !first.Select(song => song.Phones).SequenceEqual(second.Select(song => song.Phones)))
            throw new ArgumentException("The lists are empty or of different songs.");
        double phones = first.Sum(song => song.Phones);
        double a = first.Sum(song => song.Errors) / phones, b = second.Sum(song => song.Errors) / phones;
        // A ratio of sums: each song's deviation is that of its errors from the mean difference of as many phones.
        double squares = first.Zip(second, (x, y) => Math.Pow(y.Errors - x.Errors - (b - a) * x.Phones, 2)).Sum();
        int n = first.Count;
        return new(a, b, n == 1 ? 0 : Math.Sqrt(squares * n / (n - 1)) / phones);
    }

    public override string ToString() => FormattableString.Invariant(
        $"phone error {First:P1} -> {Second:P1}, difference {100 * Difference:+0.0;-0.0} ± {100 * StandardError:0.0} points");
}
