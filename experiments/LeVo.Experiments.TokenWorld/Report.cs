using System.Globalization;
using System.Text;

namespace LeVo.Experiments.TokenWorld;

/// <summary>The tables, means over seeds with their spread (sample standard deviation).</summary>
internal static class Report
{
    /// <summary>The ablations, then the alignment.</summary>
    public static string Write(IReadOnlyList<IReadOnlyDictionary<string, Measured>> seeds)
    {
        var text = new StringBuilder();
        Table(text, seeds, Systems.Ablations);
        text.AppendLine();
        Table(text, seeds, [.. Systems.Alignment, .. seeds[0].Keys.Where(Systems.IsSweep)]);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Table(
        StringBuilder text, IReadOnlyList<IReadOnlyDictionary<string, Measured>> seeds, IEnumerable<string> systems)
    {
        text.AppendLine("| system | phone error, % | the paper's, % | prompt agreement | harmony | musicality |");
        text.AppendLine("| --- | --- | --- | --- | --- | --- |");
        foreach (string system in systems)
        {
            string[] cells =
            [
                system, Cell(one => 100 * one.PhoneErrorRate, "0.0"), Systems.Paper(system),
                Cell(one => one.Prompt, "0.000"), Cell(one => one.Harmony, "0.000"), Cell(one => one.Musicality, "0.000"),
            ];
            text.AppendLine($"| {string.Join(" | ", cells)} |");

            string Cell(Func<Measured, double> value, string format) =>
                Mean([.. seeds.Select(seed => value(seed[system]))], format);
        }
    }

    private static string Mean(double[] values, string format)
    {
        if (values.Any(double.IsNaN))
            return "-";
        double mean = values.Average();
        string text = mean.ToString(format, CultureInfo.InvariantCulture);
        if (values.Length == 1)
            return text;
        double spread = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return $"{text} ± {spread.ToString(format, CultureInfo.InvariantCulture)}";
    }
}
