namespace LeVo.Core.Model;

/// <summary>Looks for files in a fixed order of folders and records every path that it tried.</summary>
internal sealed class FileLookup(IReadOnlyList<string> roots)
{
    /// <summary>
    /// The first of the names that exists in one of the folders: all folders for the first name, then the next name.
    /// </summary>
    /// <param name="what">The part, for messages about missing files.</param>
    /// <param name="names">Relative or absolute names.</param>
    /// <param name="problems">Receives one message when no file is found.</param>
    /// <param name="preferred">An extension that takes precedence over the name's own when both files are in the same
    /// folder.</param>
    /// <param name="complaint">Returns why an existing file or folder can't be used, or null when it can.</param>
    public string? Find(string what, IEnumerable<string> names, ICollection<string> problems, string? preferred = null,
        Func<string, string?>? complaint = null)
    {
        var tried = new List<string>();
        foreach (string place in names.SelectMany(name => Places(name, preferred)).Distinct(StringComparer.Ordinal))
        {
            string? problem = Exists(place) ? complaint?.Invoke(place) : "";
            if (problem is null)
                return place;
            tried.Add(problem.Length == 0 ? place : $"{place} ({problem})");
        }
        problems.Add(tried.Count == 0
            ? $"{what}: the configuration says that there is none"
            : $"{what} is missing; tried: {string.Join(", ", tried)}");
        return null;
    }

    private IEnumerable<string> Places(string name, string? preferred) =>
        from root in roots
        let place = Path.GetFullPath(Path.Combine(root, name))
        from spelling in preferred is null ? [place] : new[] { Path.ChangeExtension(place, preferred), place }
        select spelling;

    private static bool Exists(string place) => File.Exists(place) || Directory.Exists(place);
}
