using LeVo.Core.IO;

namespace LeVo.Alignment.Evaluation;

/// <summary>Tables and pictures of one or two sets of songs.</summary>
public sealed class EvaluationReport
{
    /// <param name="songs">The set.</param>
    /// <param name="against">A set to compare it with, measured by the same services; or null.</param>
    public EvaluationReport(SongSetEvaluation songs, SongSetEvaluation? against = null)
    {
        ArgumentNullException.ThrowIfNull(songs);
        (Songs, Against) = (songs, against);
        if (against is not null)
            (Differences, FrechetDistance) = (songs.DifferenceFrom(against), songs.FrechetDistanceTo(against));
    }

    /// <summary>The metric that best and worst songs are chosen by; null for the first one of the table that has a
    /// direction.</summary>
    public string? RankBy { get; init; }

    internal SongSetEvaluation Songs { get; }

    internal SongSetEvaluation? Against { get; }

    internal IReadOnlyList<MetricDifference> Differences { get; } = [];

    internal double? FrechetDistance { get; }

    /// <summary>The sets, the second one only if there is one.</summary>
    internal IReadOnlyList<SongSetEvaluation> Sets => Against is null ? [Songs] : [Songs, Against];

    /// <summary>Returns the tables as Markdown.</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    /// <summary>Writes <c>report.md</c>, <c>report.json</c> with the values of every song, and <c>report.html</c>, one file
    /// with plots and the spectrograms of the best and the worst songs.</summary>
    /// <param name="folder">The folder, which is created if it does not exist.</param>
    /// <param name="cancellationToken">Cancels the operation; each file is written whole or not at all.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        (string Name, byte[] Content)[] files =
        [
            ("report.md", System.Text.Encoding.UTF8.GetBytes(ToMarkdown())),
            ("report.json", JsonReport.Write(this)),
            ("report.html", System.Text.Encoding.UTF8.GetBytes(HtmlReport.Write(this))),
        ];
        foreach ((string name, byte[] content) in files)
        {
            await AtomicFile.WriteAsync(Path.Combine(folder, name),
                (stream, token) => stream.WriteAsync(content, token).AsTask(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The songs from best to worst, and the metric that says so; none if no metric has a direction.</summary>
    internal (EvaluationMetric? Metric, IReadOnlyList<SongEvaluation> Songs) Ranked()
    {
        EvaluationMetric? metric = Songs.Table.Select(row => EvaluationMetric.Of(row.Metric))
            .FirstOrDefault(known => RankBy is null ? known.Better != 0 : known.Key == RankBy);
        return metric is null
            ? (null, [])
            : (metric, [.. Songs.Songs.Where(song => song.Values.ContainsKey(metric.Key))
                .OrderByDescending(song => song.Values[metric.Key] * (metric.Better == 0 ? 1 : metric.Better))
                .ThenBy(song => song.Name, StringComparer.Ordinal)]);
    }
}
