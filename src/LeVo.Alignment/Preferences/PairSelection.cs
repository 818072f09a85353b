using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>Rules that select pairs from the scored samples of a condition.</summary>
public sealed record PairSelection
{
    /// <summary>Minimum difference of the scores of chosen and rejected song.</summary>
    public double MinimumGap { get; init; }

    /// <summary>
    /// Maximum number of pairs per condition. The first pair is the best and the worst sample, the second the second
    /// best and the second worst, and so on; no sample is in two pairs.
    /// </summary>
    public int MaximumPerCondition { get; init; } = 1;

    /// <summary>Minimum score of the chosen song.</summary>
    public double MinimumChosenScore { get; init; } = double.NegativeInfinity;

    /// <summary>Maximum score of the rejected song.</summary>
    public double MaximumRejectedScore { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// Maximum ratio of the longer to the shorter song of a pair; 1 for equal lengths. If
    /// <see cref="PreferenceAudit.IsLengthBiased"/> is true, preference optimisation mostly learns lengths.
    /// </summary>
    public double MaximumLengthRatio { get; init; } = double.PositiveInfinity;

    /// <summary>Selects pairs from the samples of each condition, the largest gap first.</summary>
    /// <param name="samples">Samples of any number of conditions, each with its score; higher is better.</param>
    /// <param name="strategy">The strategy that scored them.</param>
    /// <param name="model">The name of the model that sampled them, for example its hash.</param>
    /// <param name="scorer">The name of the scorer.</param>
    public IReadOnlyList<PreferencePair> Select(
        IEnumerable<(SongSample Song, double Score)> samples, string strategy, string model, string scorer)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var pairs = new List<PreferencePair>();
        foreach (var group in samples.GroupBy(one => one.Song.Condition.Key()))
        {
            // Equal scores are ordered by seed, so that the result is deterministic.
            var ranked = group.OrderByDescending(one => one.Score).ThenBy(one => one.Song.Seed).ToArray();
            for (int i = 0; i < Math.Min(MaximumPerCondition, ranked.Length / 2); i++)
            {
                var (best, worst) = (ranked[i], ranked[^(i + 1)]);
                if (best.Score <= worst.Score || best.Score - worst.Score < MinimumGap
                    || best.Score < MinimumChosenScore || worst.Score > MaximumRejectedScore
                    || LengthRatio(best.Song, worst.Song) > MaximumLengthRatio)
                {
                    continue;
                }
                pairs.Add(new(best.Song.Condition, best.Song.Tokens, worst.Song.Tokens, strategy, best.Score,
                    worst.Score, new(model, best.Song.Seed, worst.Song.Seed, scorer)));
            }
        }
        return pairs;
    }

    private static double LengthRatio(SongSample one, SongSample other)
    {
        (int a, int b) = (one.Tokens.Frames, other.Tokens.Frames);
        return a == b ? 1 : (double)Math.Max(a, b) / Math.Min(a, b);
    }
}
