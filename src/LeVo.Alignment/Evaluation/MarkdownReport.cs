using System.Globalization;
using System.Text;

namespace LeVo.Alignment.Evaluation;

/// <summary>A report as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(EvaluationReport report)
    {
        var text = new StringBuilder();
        string[] names = [.. report.Sets.Select(set => $"{Cell(set.Name)} ({set.Songs.Count} songs)")];
        Row(["Metric", "better", .. names]);
        Row([.. names.Select(_ => "---").Prepend("---").Prepend("---")]);
        foreach ((EvaluationMetric metric, string[] cells) in ReportText.Table(report))
            Row([Cell(metric.Title), ReportText.Direction(metric), .. cells]);
        text.Append("\nIntervals are 95 % intervals, bootstrap over songs.\n");
        if (report.FrechetDistance is { } distance)
            text.Append(CultureInfo.InvariantCulture, $"\nFréchet distance of the embeddings: {distance:0.000}\n");
        if (report.Differences.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nSongs with the same name, {Cell(report.Songs.Name)} minus ");
            text.Append(CultureInfo.InvariantCulture, $"{Cell(report.Against!.Name)}:\n\n");
            Row(["Metric", "difference", "first is higher", "pairs"]);
            Row(["---", "---", "---", "---"]);
            foreach (MetricDifference one in report.Differences)
            {
                EvaluationMetric metric = EvaluationMetric.Of(one.Metric);
                Row([Cell(metric.Title), ReportText.Interval(metric, one.Difference, one.Low, one.High),
                    one.Higher.ToString("0 %", CultureInfo.InvariantCulture), one.Pairs.ToString(CultureInfo.InvariantCulture)]);
            }
        }
        string[] problems = [.. ReportText.Problems(report)];
        if (problems.Length > 0)
            text.Append("\nNot measured:\n\n").AppendJoin('\n', problems.Select(problem => "- " + Cell(problem))).Append('\n');
        return text.ToString();

        void Row(string[] cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
