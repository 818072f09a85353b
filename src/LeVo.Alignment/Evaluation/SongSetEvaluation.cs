namespace LeVo.Alignment.Evaluation;

/// <summary>What was measured in a set of songs.</summary>
public sealed class SongSetEvaluation
{
    internal SongSetEvaluation(string name, IReadOnlyList<SongEvaluation> songs)
    {
        (Name, Songs) = (name, songs);
        Table = [.. EvaluationMetric.Order(songs.SelectMany(song => song.Measured.Keys)).Select(Summarize)];
    }

    /// <summary>The name of the set.</summary>
    public string Name { get; }

    /// <summary>The songs, in order.</summary>
    public IReadOnlyList<SongEvaluation> Songs { get; }

    /// <summary>The metrics over all songs.</summary>
    public IReadOnlyList<MetricSummary> Table { get; }

    /// <summary>
    /// Computes the Fréchet distance of the two sets' embeddings, as for the Frechet audio distance.
    /// </summary>
    /// <param name="other">The other set, evaluated with the same embedder.</param>
    /// <returns>The distance; null if a set has fewer than two embedded songs.</returns>
    public double? FrechetDistanceTo(SongSetEvaluation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        float[][] a = Embeddings(this), b = Embeddings(other);
        return a.Length < 2 || b.Length < 2 ? null : FrechetDistance.Compute(a, b);

        static float[][] Embeddings(SongSetEvaluation set) => [.. set.Songs.Select(song => song.Embedding).OfType<float[]>()];
    }

    /// <summary>Compares the songs that have the same names in both sets.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>A difference for each metric that at least one pair of songs has.</returns>
    public IReadOnlyList<MetricDifference> DifferenceFrom(SongSetEvaluation other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Dictionary<string, SongEvaluation> others = other.Songs.DistinctBy(song => song.Name).ToDictionary(song => song.Name);
        var pairs = Songs.Where(song => others.ContainsKey(song.Name)).Select(song => (Own: song, Other: others[song.Name]))
            .ToArray();
        return
        [
            .. from key in EvaluationMetric.Order(pairs.SelectMany(pair => pair.Own.Measured.Keys))
               let both = pairs.Where(pair => pair.Own.Measured.ContainsKey(key) && pair.Other.Measured.ContainsKey(key))
                   .Select(pair => (Own: pair.Own.Measured[key], Other: pair.Other.Measured[key])).ToArray()
               where both.Length > 0
               select Compare(key, both),
        ];
    }

    private MetricSummary Summarize(string key)
    {
        MetricValue[] values = [.. Songs.Where(song => song.Measured.ContainsKey(key)).Select(song => song.Measured[key])];
        (double low, double high) = Bootstrap.Interval(values.Length,
            drawn => MetricValue.Pool(drawn.Select(index => values[index])));
        return new(key, MetricValue.Pool(values), low, high, values.Length);
    }

    private static MetricDifference Compare(string key, (MetricValue Own, MetricValue Other)[] pairs)
    {
        (double low, double high) = Bootstrap.Interval(pairs.Length, drawn => Difference(drawn.Select(index => pairs[index])));
        double higher = pairs.Average(pair => pair.Own.Value == pair.Other.Value ? 0.5 : pair.Own.Value > pair.Other.Value ? 1 : 0);
        return new(key, Difference(pairs), low, high, higher, pairs.Length);

        static double Difference(IEnumerable<(MetricValue Own, MetricValue Other)> pairs) =>
            MetricValue.Pool(pairs.Select(pair => pair.Own)) - MetricValue.Pool(pairs.Select(pair => pair.Other));
    }
}
