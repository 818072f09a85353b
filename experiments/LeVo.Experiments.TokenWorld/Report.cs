using System.Globalization;
using System.Text;

namespace LeVo.Experiments.TokenWorld;

/// <summary>The tables, means over seeds with their spread (sample standard deviation).</summary>
internal static class Report
{
    private static readonly (string Title, string Format, Func<Measured, double> Value)[] Columns =
    [
        ("phone error, %", "0.0", one => 100 * one.PhoneErrorRate), ("of the mix, %", "0.0", one => 100 * one.MixErrorRate),
        ("prompt agreement", "0.000", one => one.Prompt), ("harmony", "0.000", one => one.Harmony),
        ("musicality", "0.000", one => one.Musicality), ("variety", "0.000", one => one.Variety),
    ];

    /// <summary>The ablations, the alignment, and the phone errors of each seed; systems that were not measured are left
    /// out.</summary>
    public static string Write(IReadOnlyList<IReadOnlyDictionary<string, Measured>> seeds)
    {
        var text = new StringBuilder();
        Table(text, seeds, Systems.Ablations);
        text.AppendLine();
        string[] alignment = [.. Systems.Alignment, .. seeds[0].Keys.Where(Systems.IsSweep)];
        Table(text, seeds, alignment);
        text.AppendLine();
        text.AppendLine($"| phone error, % | {string.Join(" | ", seeds.Select((_, i) => $"run {i + 1}"))} |");
        text.AppendLine($"| --- |{string.Concat(seeds.Select(_ => " --- |"))}");
        foreach (string system in Measured(seeds, [.. Systems.Ablations.Union(alignment)]))
            text.AppendLine($"| {system} | {string.Join(" | ", seeds.Select(seed => Text(100 * seed[system].PhoneErrorRate, "0.00")))} |");
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static IEnumerable<string> Measured(
        IReadOnlyList<IReadOnlyDictionary<string, Measured>> seeds, IEnumerable<string> systems) =>
        systems.Where(system => seeds.All(seed => seed.ContainsKey(system)));

    private static void Table(
        StringBuilder text, IReadOnlyList<IReadOnlyDictionary<string, Measured>> seeds, IEnumerable<string> systems)
    {
        text.AppendLine($"| system | the paper's, % | {string.Join(" | ", Columns.Select(column => column.Title))} |");
        text.AppendLine($"| --- | --- |{string.Concat(Columns.Select(_ => " --- |"))}");
        foreach (string system in Measured(seeds, systems))
        {
            string[] cells = [system, Systems.Paper(system), .. Columns.Select(column =>
                Mean([.. seeds.Select(seed => column.Value(seed[system]))], column.Format))];
            text.AppendLine($"| {string.Join(" | ", cells)} |");
        }
    }

    private static string Mean(double[] values, string format)
    {
        if (values.Any(double.IsNaN))
            return "-";
        double mean = values.Average();
        if (values.Length == 1)
            return Text(mean, format);
        double spread = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
        return $"{Text(mean, format)} ± {Text(spread, format)}";
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
