using LeVo.Architecture.Tests.Sources;

namespace LeVo.Architecture.Tests.Layers;

/// <summary>A mention of a symbol that another folder declares.</summary>
/// <param name="From">The folder of the mention.</param>
/// <param name="To">The folder of the declaration, as a table of the mention's assembly names it.</param>
internal sealed record Reference(string From, string To, Mention Mention)
{
    public static IReadOnlyList<Reference> AllOf(SourceAssembly assembly) => [..
        from mention in assembly.Mentions
        let own = Folder.Of(mention.File)
        from declaring in mention.DeclaringFolders
        where declaring != own
        select new Reference(own.Path, declaring.NameIn(assembly.Name), mention)];

    /// <summary>References in paragraphs, one for each pair of folders; pairs with few references first.</summary>
    public static string Describe(IEnumerable<Reference> references, int mostOfAPair = int.MaxValue) => string.Concat(
        from reference in references
        group reference by (reference.From, reference.To) into pair
        orderby pair.Count(), pair.Key
        let lines = pair.Take(mostOfAPair).Select(reference => $"    {reference.Mention}\n")
        select $"{pair.Key.From} -> {pair.Key.To}, {pair.Count()} references:\n{string.Concat(lines)}");
}
