namespace LeVo.Core.Model;

/// <summary>Looks for files in a fixed order of folders and records every path that it tried.</summary>
internal sealed class FileLookup(IReadOnlyList<string> roots)
{
    /// <summary>What was found, in the order of the calls.</summary>
    public List<NamedFile> Found { get; } = [];

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
        foreach ((string name, string place) in names.SelectMany(name => Places(name, preferred)).DistinctBy(pair => pair.Place))
        {
            string? problem = Exists(place) ? complaint?.Invoke(place) : "";
            if (problem is null)
            {
                Found.Add(new(name, place));
                return place;
            }
            tried.Add(problem.Length == 0 ? place : $"{place} ({problem})");
        }
        problems.Add(tried.Count == 0
            ? $"{what}: the configuration says that there is none"
            : $"{what} is missing; tried: {string.Join(", ", tried)}");
        return null;
    }

    private IEnumerable<(string Name, string Place)> Places(string name, string? preferred) =>
        from root in roots
        let place = Path.GetFullPath(Path.Combine(root, name))
        from spelling in preferred is null ? [place] : new[] { Path.ChangeExtension(place, preferred), place }
        select (name, spelling);

    private static bool Exists(string place) => File.Exists(place) || Directory.Exists(place);
}

/// <summary>A file or folder that a configuration names.</summary>
/// <param name="Name">The name in the configuration, or a released one.</param>
/// <param name="Path">The full path where it was found.</param>
internal sealed record NamedFile(string Name, string Path);
