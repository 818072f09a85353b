namespace LeVo.Architecture.Tests.Layers;

/// <summary>Finds folders that reference each other, directly or through others: Tarjan's algorithm.</summary>
internal sealed class Circles
{
    private readonly ILookup<string, string> _references;
    private readonly Dictionary<string, int> _order = [];
    private readonly Dictionary<string, int> _lowest = [];
    private readonly Stack<string> _open = [];
    private readonly List<IReadOnlyList<string>> _groups = [];

    private Circles(ILookup<string, string> references) => _references = references;

    /// <summary>
    /// The folders in groups, each after the groups that it references; a group of several folders is a circle.
    /// Where the references leave a choice, folders keep their order.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(IReadOnlyList<string> folders,
        IEnumerable<Reference> references)
    {
        var circles = new Circles((
            from reference in references
            where folders.Contains(reference.To)
            select (reference.From, reference.To)).Distinct().ToLookup(pair => pair.From, pair => pair.To));
        foreach (string folder in folders)
            circles.Visit(folder);
        return circles._groups;
    }

    private void Visit(string folder)
    {
        if (_order.ContainsKey(folder))
            return;
        _lowest[folder] = _order[folder] = _order.Count;
        _open.Push(folder);
        foreach (string next in _references[folder])
        {
            Visit(next);
            if (_open.Contains(next))
                _lowest[folder] = Math.Min(_lowest[folder], _lowest[next]);
        }
        if (_lowest[folder] < _order[folder])
            return;
        List<string> group = [];
        do group.Add(_open.Pop());
        while (group[^1] != folder);
        _groups.Add(group);
    }
}
