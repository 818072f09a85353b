using System.Globalization;

namespace LeVo.Alignment.Evaluation;

/// <summary>Numbers of a report as text.</summary>
internal static class ReportText
{
    public static string Number(EvaluationMetric metric, double value) =>
        value.ToString(metric.Format, CultureInfo.InvariantCulture);

    /// <summary>A value with its interval.</summary>
    public static string Interval(EvaluationMetric metric, double value, double low, double high) =>
        $"{Number(metric, value)} ({Number(metric, low)} to {Number(metric, high)})";

    /// <summary>Which values are better.</summary>
    public static string Direction(EvaluationMetric metric) => metric.Better > 0 ? "higher" : metric.Better < 0 ? "lower" : "";

    /// <summary>The rows of the table: a metric, then a cell for each set.</summary>
    public static IEnumerable<(EvaluationMetric Metric, string[] Cells)> Table(EvaluationReport report) =>
        from key in EvaluationMetric.Order(report.Sets.SelectMany(set => set.Table.Select(row => row.Metric)))
        let metric = EvaluationMetric.Of(key)
        select (metric, report.Sets.Select(set => set.Table.FirstOrDefault(row => row.Metric == key) is { } row
            ? Interval(metric, row.Value, row.Low, row.High) + (row.Songs == set.Songs.Count ? "" : $", {row.Songs} songs")
            : "").ToArray());

    /// <summary>What could not be measured.</summary>
    public static IEnumerable<string> Problems(EvaluationReport report) =>
        from set in report.Sets
        from song in set.Songs
        from problem in song.Problems
        select $"{set.Name}, {song.Name}: {problem}";
}
