using System.Text.Encodings.Web;
using System.Text.Json;

namespace LeVo.Alignment.Evaluation;

/// <summary>A report as JSON.</summary>
internal static class JsonReport
{
    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(EvaluationReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Readable))
        {
            json.WriteStartObject();
            json.WriteStartArray("sets");
            foreach (SongSetEvaluation set in report.Sets)
                WriteSet(json, set);
            json.WriteEndArray();
            if (report.FrechetDistance is { } distance)
                json.WriteNumber("frechet_distance", distance);
            json.WriteStartObject("differences");
            foreach (MetricDifference one in report.Differences)
            {
                json.WriteStartObject(one.Metric);
                WriteInterval(json, "difference", one.Difference, one.Low, one.High);
                json.WriteNumber("first_is_higher", one.Higher);
                json.WriteNumber("pairs", one.Pairs);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    private static void WriteSet(Utf8JsonWriter json, SongSetEvaluation set)
    {
        json.WriteStartObject();
        json.WriteString("name", set.Name);
        json.WriteStartObject("table");
        foreach (MetricSummary row in set.Table)
        {
            json.WriteStartObject(row.Metric);
            WriteInterval(json, "value", row.Value, row.Low, row.High);
            json.WriteNumber("songs", row.Songs);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteStartArray("songs");
        foreach (SongEvaluation song in set.Songs)
        {
            json.WriteStartObject();
            json.WriteString("name", song.Name);
            json.WriteStartObject("values");
            foreach (string key in EvaluationMetric.Order(song.Values.Keys))
                json.WriteNumber(key, song.Values[key]);
            json.WriteEndObject();
            json.WriteStartArray("problems");
            foreach (string problem in song.Problems)
                json.WriteStringValue(problem);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteInterval(Utf8JsonWriter json, string name, double value, double low, double high)
    {
        json.WriteNumber(name, value);
        json.WriteNumber("low", low);
        json.WriteNumber("high", high);
    }
}
