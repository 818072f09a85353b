namespace LeVo.Core.Text;

/// <summary>Rules for structure tags by their names; a model may have other tags than the released ones.</summary>
internal static class StructureTag
{
    /// <summary>The tags of the released models, in the order of their ids.</summary>
    public static IReadOnlyList<string> Released { get; } =
    [
        "[verse]", "[chorus]", "[bridge]", "[intro-short]", "[intro-medium]", "[intro-long]", "[outro-short]",
        "[outro-medium]", "[outro-long]", "[inst-short]", "[inst-medium]", "[inst-long]", "[silence]",
    ];

    private static readonly string[] Instrumental = ["[intro", "[outro", "[inst", "[silence"];

    public static LyricsSectionKind KindOf(string tag) =>
        Array.Exists(Instrumental, stem => tag.StartsWith(stem, StringComparison.Ordinal))
            ? LyricsSectionKind.Instrumental
            : LyricsSectionKind.Sung;

    /// <summary>The most similar tag, or null if none is similar.</summary>
    public static string? Nearest(string written, IReadOnlyList<string> tags)
    {
        string name = written.ToLowerInvariant();
        string stem = name.TrimEnd(']').TrimEnd(' ', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        if (stem.Length > 2 && tags.FirstOrDefault(tag => tag.StartsWith(stem, StringComparison.Ordinal)) is { } longer)
            return longer;
        string? best = tags.MinBy(tag => Distance(name, tag));
        return best is not null && Distance(name, best) <= (name.Length - 2) / 2 ? best : null;
    }

    /// <summary>The edit distance (insertions, deletions and replacements).</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
