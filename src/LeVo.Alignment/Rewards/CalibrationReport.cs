using LeVo.Alignment.Preferences;

namespace LeVo.Alignment.Rewards;

/// <summary>A bin of pairs by their predicted probability.</summary>
/// <param name="From">Lower end of the predicted probability, from 0.5.</param>
/// <param name="To">Upper end of the predicted probability.</param>
/// <param name="Pairs">Pairs in the range.</param>
/// <param name="Predicted">Mean predicted probability that the song with the higher reward is preferred.</param>
/// <param name="Observed">Fraction of pairs in which it is.</param>
internal sealed record CalibrationBin(double From, double To, int Pairs, double Predicted, double Observed);

/// <summary>The accuracy and calibration of a reward model on held-out rankings.</summary>
/// <param name="Pairs">Number of compared pairs.</param>
/// <param name="Accuracy">Fraction of pairs that the reward orders as people do; equal rewards count half.</param>
/// <param name="LogLoss">Mean negative log-probability of people's order, in nats; chance level is 0.693.</param>
/// <param name="CalibrationError">Expected calibration error: mean difference of predicted and observed frequency,
/// weighted by pairs.</param>
/// <param name="Bins">The bins.</param>
/// <param name="Threshold">The smallest reward gap above which more than 80 % of the pairs are ordered correctly, or
/// null.</param>
internal sealed record CalibrationReport(int Pairs, double Accuracy, double LogLoss, double CalibrationError,
    IReadOnlyList<CalibrationBin> Bins, ThresholdCalibration? Threshold)
{
    /// <summary>Compares every pair of every ranking's consensus with the rewards.</summary>
    /// <param name="model">The reward model.</param>
    /// <param name="heldOut">Rankings that the model was not trained on.</param>
    /// <param name="bins">Number of bins between 0.5 and 1.</param>
    /// <param name="target">The accuracy to exceed at the threshold.</param>
    public static CalibrationReport Create(
        IRewardModel model, IEnumerable<RankedSongs> heldOut, int bins = 5, double target = 0.8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var gaps = new List<double>();
        foreach (RankedSongs ranking in heldOut)
        {
            double[] rewards = [.. ranking.BestFirst.Select(song => model.Score(ranking.Condition, song))];
            for (int better = 0; better < rewards.Length; better++)
                for (int worse = better + 1; worse < rewards.Length; worse++)
                    gaps.Add(rewards[better] - rewards[worse]);
        }
        return Create(gaps, bins, target);
    }

    /// <summary>Creates a report from gaps: the reward of the preferred song minus that of the other.</summary>
    public static CalibrationReport Create(IReadOnlyList<double> gaps, int bins = 5, double target = 0.8)
    {
        if (gaps.Count == 0)
            throw new ArgumentException("There are no pairs to compare.", nameof(gaps));
        var ranges = Enumerable.Range(0, bins)
            .Select(i => Bin(gaps, 0.5 + 0.5 * i / bins, 0.5 + 0.5 * (i + 1) / bins, i + 1 == bins))
            .ToArray();
        return new(gaps.Count, gaps.Average(Right), gaps.Average(gap => -Math.Log(Math.Max(1e-300, Sigmoid(gap)))),
            ranges.Sum(bin => bin.Pairs * Math.Abs(bin.Predicted - bin.Observed)) / gaps.Count, ranges,
            ThresholdCalibration.Find(gaps, target));
    }

    private static CalibrationBin Bin(IReadOnlyList<double> gaps, double from, double to, bool isLast)
    {
        double[] inside =
            [.. gaps.Where(gap => Sigmoid(Math.Abs(gap)) >= from && (isLast || Sigmoid(Math.Abs(gap)) < to))];
        return inside.Length == 0
            ? new(from, to, 0, 0, 0)
            : new(from, to, inside.Length, inside.Average(gap => Sigmoid(Math.Abs(gap))), inside.Average(Right));
    }

    private static double Right(double gap) => gap > 0 ? 1 : gap == 0 ? 0.5 : 0;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
