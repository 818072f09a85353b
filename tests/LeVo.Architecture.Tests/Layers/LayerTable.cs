using LeVo.Architecture.Tests.Sources;

namespace LeVo.Architecture.Tests.Layers;

/// <summary>
/// The folders of an assembly, lowest first. A folder references only folders above it in the table, so that no
/// circle can form.
/// </summary>
internal sealed class LayerTable(params Layer[] layers)
{
    public IReadOnlyList<string> Folders { get; } = [.. layers.Select(layer => layer.Folder)];

    /// <summary>Entries of the table that do not stand above the folder that lists them.</summary>
    public IReadOnlyList<string> Misplaced => [..
        from row in layers.Index()
        from name in row.Item.MayReference
        where name != Layer.Everything && !IsOfAnotherAssembly(name) && !IsAbove(name, row.Index)
        select $"{row.Item.Folder} -> {name}"];

    /// <summary>Folders without a row, rows without a folder, and folders with two rows.</summary>
    public IReadOnlyList<string> Unmatched(SourceAssembly assembly) => [
        .. assembly.Folders.Except(Folders).Select(folder => $"{folder} is not in the table"),
        .. Folders.Except(assembly.Folders).Select(folder => $"{folder} is in the table alone"),
        .. Folders.CountBy(folder => folder).Where(rows => rows.Value > 1).Select(rows => $"{rows.Key} has two rows")];

    public IReadOnlyList<Reference> Forbidden(IEnumerable<Reference> references) =>
        [.. references.Where(reference => !layers.Index().Any(row => Allows(row.Item, row.Index, reference)))];

    /// <summary>Entries of the table that no file needs.</summary>
    public IReadOnlyList<string> Unused(IEnumerable<Reference> references)
    {
        HashSet<(string, string)> used = [.. references.Select(reference => (reference.From, reference.To))];
        return [..
            from layer in layers
            from name in layer.MayReference
            where name != Layer.Everything && !used.Contains((layer.Folder, name))
            select $"{layer.Folder} -> {name}"];
    }

    public bool MayReferenceEverything(string folder) =>
        layers.Any(layer => layer.Folder == folder && layer.MayReferenceEverything);

    private bool Allows(Layer layer, int row, Reference reference) =>
        layer.Folder == reference.From && (layer.MayReference.Contains(reference.To)
            || layer.MayReferenceEverything && (IsOfAnotherAssembly(reference.To) || IsAbove(reference.To, row)));

    private static bool IsOfAnotherAssembly(string name) => name.Contains(':');

    private bool IsAbove(string name, int row) => Folders.Take(row).Contains(name);
}
