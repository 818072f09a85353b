using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>A sample and its score.</summary>
/// <param name="Sample">The song.</param>
/// <param name="Score">Higher is better.</param>
public sealed record ScoredSample(SongSample Sample, double Score);

/// <summary>Which of the samples of a condition become pairs.</summary>
public sealed record PairSelectionOptions
{
    /// <summary>The chosen song must be better by at least this (see <see cref="ThresholdCalibration"/>).</summary>
    public double MinimumGap { get; init; }

    /// <summary>Pairs of one condition at most. The first is best against worst, the second the second best against the
    /// second worst, and so on: no sample is in two pairs.</summary>
    public int MaximumPerCondition { get; init; } = 1;

    /// <summary>The chosen song must be at least this good.</summary>
    public double MinimumChosenScore { get; init; } = double.NegativeInfinity;

    /// <summary>The rejected song must be at most this good.</summary>
    public double MaximumRejectedScore { get; init; } = double.PositiveInfinity;

    /// <summary>The longer song of a pair is at most so many times as long as the other one; 1 for equal lengths. Where
    /// <see cref="PreferenceAudit.IsLengthBiased"/> holds, preference optimisation learns lengths first.</summary>
    public double MaximumLengthRatio { get; init; } = double.PositiveInfinity;
}

/// <summary>Makes pairs of scored samples.</summary>
public static class PairSelection
{
    /// <summary>Pairs up the samples of each condition, the clearest pair first.</summary>
    /// <param name="samples">Samples of any number of conditions.</param>
    /// <param name="strategy">The strategy that scored them.</param>
    /// <param name="model">Names the model that sampled them.</param>
    /// <param name="scorer">Names the scorer.</param>
    /// <param name="options">What makes a pair.</param>
    public static IReadOnlyList<PreferencePair> Select(
        IEnumerable<ScoredSample> samples, string strategy, string model, string scorer, PairSelectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        var pairs = new List<PreferencePair>();
        foreach (IGrouping<string, ScoredSample> group in samples.GroupBy(one => one.Sample.Condition.Key()))
        {
            // Equal scores are ordered by seed: the same samples give the same pairs.
            ScoredSample[] ranked = [.. group.OrderByDescending(one => one.Score).ThenBy(one => one.Sample.Seed)];
            for (int i = 0; i < Math.Min(options.MaximumPerCondition, ranked.Length / 2); i++)
            {
                (ScoredSample best, ScoredSample worst) = (ranked[i], ranked[^(i + 1)]);
                if (best.Score <= worst.Score || best.Score - worst.Score < options.MinimumGap
                    || best.Score < options.MinimumChosenScore || worst.Score > options.MaximumRejectedScore
                    || LengthRatio(best, worst) > options.MaximumLengthRatio)
                {
                    continue;
                }
                pairs.Add(new(best.Sample.Condition, best.Sample.Tokens, worst.Sample.Tokens, strategy, best.Score,
                    worst.Score,
                    new(model, best.Sample.Seed, worst.Sample.Seed, scorer)));
            }
        }
        return pairs;
    }

    private static double LengthRatio(ScoredSample one, ScoredSample other)
    {
        (int a, int b) = (one.Sample.Tokens.Frames, other.Sample.Tokens.Frames);
        return a == b ? 1 : (double)Math.Max(a, b) / Math.Min(a, b);
    }
}
