namespace LeVo.Alignment.Preferences;

/// <summary>A calibrated threshold for the gap of pairs.</summary>
/// <param name="Gap">The minimum gap.</param>
/// <param name="Accuracy">Fraction of the held-out pairs with at least that gap on which scorer and people
/// agree.</param>
/// <param name="Coverage">Fraction of the held-out pairs with at least that gap.</param>
internal sealed record ThresholdCalibration(double Gap, double Accuracy, double Coverage)
{
    /// <summary>
    /// Finds the smallest gap above which more than <paramref name="target"/> of the held-out pairs are ordered as
    /// people order them (paper, section 3.5: 80 %), or null.
    /// </summary>
    /// <param name="heldOut">For each comparison that the scorer was not trained on: its score of the song that
    /// people prefer minus its score of the other one.</param>
    /// <param name="target">Accuracy to exceed.</param>
    /// <param name="minimumPairs">Minimum number of pairs above a gap.</param>
    public static ThresholdCalibration? Find(IEnumerable<double> heldOut, double target = 0.8, int minimumPairs = 20)
    {
        double[] gaps = [.. heldOut.OrderByDescending(Math.Abs)];
        ThresholdCalibration? found = null;
        double right = 0;
        for (int i = 0; i < gaps.Length; i++)
        {
            right += gaps[i] > 0 ? 1 : gaps[i] == 0 ? 0.5 : 0;
            bool endsGroup = i + 1 == gaps.Length || Math.Abs(gaps[i + 1]) < Math.Abs(gaps[i]);
            if (endsGroup && i + 1 >= minimumPairs && right / (i + 1) > target)
                found = new(Math.Abs(gaps[i]), right / (i + 1), (double)(i + 1) / gaps.Length);
        }
        return found;
    }
}
