namespace LeVo.Alignment.Evaluation;

/// <summary>What was measured in a song.</summary>
public sealed class SongEvaluation
{
    internal SongEvaluation(string name, IReadOnlyDictionary<string, MetricValue> measured, IReadOnlyList<string> problems)
    {
        (Name, Measured, Problems) = (name, measured, problems);
        Values = measured.ToDictionary(one => one.Key, one => one.Value.Value);
    }

    /// <summary>The song's name.</summary>
    public string Name { get; }

    /// <summary>The values by metric, for example <c>loudness_lufs</c>. A metric is missing if the song has not what it
    /// needs, or no service was given that measures it.</summary>
    public IReadOnlyDictionary<string, double> Values { get; }

    /// <summary>What could not be measured, and why.</summary>
    public IReadOnlyList<string> Problems { get; }

    internal IReadOnlyDictionary<string, MetricValue> Measured { get; }

    /// <summary>The sound in the space of the embedder, or null.</summary>
    internal float[]? Embedding { get; init; }

    /// <summary>The spectrogram as a PNG file, or null.</summary>
    internal byte[]? Picture { get; init; }
}
