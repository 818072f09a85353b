using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>Which of the scored samples of a condition become pairs.</summary>
public sealed record PairSelection
{
    /// <summary>The chosen song must be better by at least this.</summary>
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

    /// <summary>Pairs up the samples of each condition, the clearest pair first.</summary>
    /// <param name="samples">Samples of any number of conditions, each with its score; higher is better.</param>
    /// <param name="strategy">The strategy that scored them.</param>
    /// <param name="model">Names the model that sampled them.</param>
    /// <param name="scorer">Names the scorer.</param>
    public IReadOnlyList<PreferencePair> Select(
        IEnumerable<(SongSample Song, double Score)> samples, string strategy, string model, string scorer)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var pairs = new List<PreferencePair>();
        foreach (var group in samples.GroupBy(one => one.Song.Condition.Key()))
        {
            // Equal scores are ordered by seed: the same samples give the same pairs.
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
