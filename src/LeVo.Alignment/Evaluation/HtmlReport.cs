using System.Globalization;
using System.Net;
using System.Text;

namespace LeVo.Alignment.Evaluation;

/// <summary>A report as one HTML file that reads nothing else.</summary>
internal static class HtmlReport
{
    private const int Shown = 3;

    private const string Head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>Evaluation</title><style>
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 62em; margin: 2em auto; padding: 0 1em; color: #222 }
        table { border-collapse: collapse } td, th { padding: .2em .8em; text-align: left; border-bottom: 1px solid #ddd }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(26em, 1fr)); gap: 1em }
        svg text { font-size: 13px } figure { margin: 0 0 1em } img { width: 100%; image-rendering: pixelated }
        h3 { margin-bottom: .2em; font-size: 1em }
        </style></head><body>
        <h1>Evaluation</h1>

        """;

    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    public static string Write(EvaluationReport report)
    {
        var html = new StringBuilder(Head);
        WriteTable(html, report);
        WriteDifferences(html, report);
        html.Append("<h2>Songs</h2><p>Each dot is a song; the line is the mean with its interval");
        html.Append(report.Against is null ? "" : ", above the first set, below the second").Append(".</p><div class=\"plots\">\n");
        foreach ((EvaluationMetric metric, _) in ReportText.Table(report))
            html.Append(CultureInfo.InvariantCulture, $"<div><h3>{Escape(metric.Title)}</h3>{StripPlot.Draw(report, metric)}</div>\n");
        html.Append("</div>\n");
        WriteSongs(html, report);
        string[] problems = [.. ReportText.Problems(report)];
        if (problems.Length > 0)
        {
            html.Append("<h2>Not measured</h2><ul>").AppendJoin("", problems.Select(problem => $"<li>{Escape(problem)}</li>"))
                .Append("</ul>\n");
        }
        return html.Append("</body></html>\n").ToString();
    }

    private static void WriteTable(StringBuilder html, EvaluationReport report)
    {
        html.Append("<table>\n");
        Row(html, "th", ["Metric", "better", .. report.Sets.Select(set => $"{set.Name} ({set.Songs.Count} songs)")]);
        foreach ((EvaluationMetric metric, string[] cells) in ReportText.Table(report))
            Row(html, "td", [metric.Title, ReportText.Direction(metric), .. cells]);
        html.Append("</table>\n<p>Intervals are 95 % intervals, bootstrap over songs.</p>\n");
        if (report.FrechetDistance is { } distance)
            html.Append(CultureInfo.InvariantCulture, $"<p>Fréchet distance of the embeddings: {distance:0.000}</p>\n");
    }

    private static void WriteDifferences(StringBuilder html, EvaluationReport report)
    {
        if (report.Differences.Count == 0)
            return;
        html.Append("<h2>").Append(Escape($"{report.Songs.Name} minus {report.Against!.Name}"))
            .Append("</h2><p>Songs with the same name.</p><table>\n");
        Row(html, "th", ["Metric", "difference", "first is higher", "pairs"]);
        foreach (MetricDifference one in report.Differences)
        {
            EvaluationMetric metric = EvaluationMetric.Of(one.Metric);
            Row(html, "td", [metric.Title, ReportText.Interval(metric, one.Difference, one.Low, one.High),
                one.Higher.ToString("0 %", CultureInfo.InvariantCulture), one.Pairs.ToString(CultureInfo.InvariantCulture)]);
        }
        html.Append("</table>\n");
    }

    private static void WriteSongs(StringBuilder html, EvaluationReport report)
    {
        (EvaluationMetric? metric, IReadOnlyList<SongEvaluation> ranked) = report.Ranked();
        if (metric is null || ranked.Count == 0)
            return;
        html.Append("<h2>").Append(Escape($"Best songs by: {metric.Title}")).Append("</h2>\n");
        WriteFigures(html, metric, ranked.Take(Shown));
        if (ranked.Count > Shown)
        {
            html.Append("<h2>Worst songs</h2>\n");
            WriteFigures(html, metric, ranked.Skip(Math.Max(Shown, ranked.Count - Shown)).Reverse());
        }
    }

    private static void WriteFigures(StringBuilder html, EvaluationMetric metric, IEnumerable<SongEvaluation> songs)
    {
        foreach (SongEvaluation song in songs)
        {
            html.Append("<figure>");
            if (song.Picture is { } png)
                html.Append("<img alt=\"spectrogram\" src=\"data:image/png;base64,").Append(Convert.ToBase64String(png)).Append("\">");
            html.Append("<figcaption>").Append(Escape($"{song.Name}: {ReportText.Number(metric, song.Values[metric.Key])}"))
                .Append("</figcaption></figure>\n");
        }
    }

    private static void Row(StringBuilder html, string cell, IEnumerable<string> texts) => html.Append("<tr>")
        .AppendJoin("", texts.Select(text => $"<{cell}>{Escape(text)}</{cell}>")).Append("</tr>\n");
}
