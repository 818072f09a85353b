namespace LeVo.Core.Checkpoints;

/// <summary>
/// Finds the names of a model among the names of a file. Training programs put names of their own in front of all of them
/// (<c>module.</c>, <c>model.</c>, <c>state_dict.</c>, also several), and <c>torch.compile</c> puts <c>_orig_mod.</c> anywhere.
/// </summary>
internal static class TensorNames
{
    private const string Compiled = "_orig_mod.";

    // Dictionaries that hold weights, in the order in which they are preferred when several hold the same ones.
    private static readonly string[] Containers = ["state_dict", "model", "best_state", "ema", "module"];

    /// <summary>The prefix under which most of the known names are; null when no known name is found.</summary>
    /// <param name="names">The names in the file.</param>
    /// <param name="known">The model's names.</param>
    public static string? Prefix(IEnumerable<string> names, IReadOnlySet<string> known)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in names.Select(Clean))
        {
            for (int start = 0; start >= 0; start = After(name, start))
            {
                if (known.Contains(name[start..]))
                    counts[name[..start]] = counts.GetValueOrDefault(name[..start]) + 1;
            }
        }
        return counts.OrderByDescending(pair => pair.Value).ThenBy(pair => Rank(pair.Key)).ThenBy(pair => pair.Key.Length)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).FirstOrDefault();
    }

    /// <summary>The name without a prefix; null when the file's name does not start with it.</summary>
    public static string? Strip(string name, string prefix)
    {
        string clean = Clean(name);
        return clean.StartsWith(prefix, StringComparison.Ordinal) ? clean[prefix.Length..] : null;
    }

    private static string Clean(string name) => name.Replace(Compiled, "", StringComparison.Ordinal);

    private static int After(string name, int start) => name.IndexOf('.', start) is >= 0 and var dot ? dot + 1 : -1;

    private static int Rank(string prefix)
    {
        int rank = Array.FindIndex(Containers, container =>
            prefix.StartsWith(container, StringComparison.Ordinal) && prefix[container.Length] == '.');
        return prefix.Length == 0 ? -1 : rank < 0 ? Containers.Length : rank;
    }
}
