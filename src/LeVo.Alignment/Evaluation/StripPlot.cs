using System.Globalization;
using System.Text;

namespace LeVo.Alignment.Evaluation;

/// <summary>A plot as SVG: a row for each set, a dot for each song, and the mean with its interval.</summary>
internal static class StripPlot
{
    private const double Width = 560, Row = 44, Left = 10, Right = 550;
    private static readonly string[] Colours = ["#1f6f8b", "#c8553d"];

    /// <summary>Draws the songs' values of a metric; an empty text if there are none.</summary>
    public static string Draw(EvaluationReport report, EvaluationMetric metric)
    {
        SongEvaluation[][] songs = [.. report.Sets.Select(set =>
            set.Songs.Where(song => song.Values.ContainsKey(metric.Key)).ToArray())];
        double[] all = [.. songs.SelectMany(set => set.Select(song => song.Values[metric.Key]))];
        if (all.Length == 0)
            return "";
        double low = all.Min(), span = all.Max() - low is > 0 and var range ? range : 1;
        var svg = new StringBuilder();
        double height = Row * songs.Length + 22;
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\">");
        for (int s = 0; s < songs.Length; s++)
        {
            double middle = Row * s + Row / 2;
            for (int i = 0; i < songs[s].Length; i++)
            {
                // Dots are spread so that equal values stay visible.
                double y = middle + (i % 7 - 3) * 4;
                svg.Append(CultureInfo.InvariantCulture,
                    $"<circle cx=\"{X(songs[s][i].Values[metric.Key]):0.0}\" cy=\"{y}\" r=\"3\" fill=\"{Colours[s]}\" fill-opacity=\"0.5\">");
                svg.Append(CultureInfo.InvariantCulture,
                    $"<title>{HtmlReport.Escape(songs[s][i].Name)}: {ReportText.Number(metric, songs[s][i].Values[metric.Key])}</title></circle>");
            }
            if (report.Sets[s].Table.FirstOrDefault(row => row.Metric == metric.Key) is { } row)
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"<path d=\"M{X(row.Low):0.0} {middle}H{X(row.High):0.0}M{X(row.Value):0.0} {middle - 12}v24\" stroke=\"#000\" stroke-width=\"2\"/>");
            }
        }
        double labels = height - 6;
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{labels}\">{ReportText.Number(metric, low)}</text>");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Right}\" y=\"{labels}\" text-anchor=\"end\">{ReportText.Number(metric, low + span)}</text></svg>");
        return svg.ToString();

        double X(double value) => Left + Math.Clamp((value - low) / span, 0, 1) * (Right - Left);
    }
}
