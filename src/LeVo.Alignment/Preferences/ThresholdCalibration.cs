namespace LeVo.Alignment.Preferences;

/// <summary>How large a gap must be to be trusted.</summary>
/// <param name="Gap">Smallest trusted gap.</param>
/// <param name="Accuracy">Share of the held-out pairs with such a gap on which scorer and people agree.</param>
/// <param name="Coverage">Share of the held-out pairs with such a gap.</param>
internal sealed record ThresholdCalibration(double Gap, double Accuracy, double Coverage)
{
    /// <summary>
    /// The smallest gap from which on more than <paramref name="target"/> of the held-out pairs are ordered as people
    /// order them (paper, section 3.5: 80 %). Null where no gap is.
    /// </summary>
    /// <param name="heldOut">For each comparison that the scorer was not trained on: its score of the song that people
    /// prefer minus its score of the other one.</param>
    /// <param name="target">Accuracy to exceed.</param>
    /// <param name="minimumPairs">Fewer pairs above a gap prove nothing.</param>
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
