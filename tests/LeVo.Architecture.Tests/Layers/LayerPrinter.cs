using System.Text;
using LeVo.Architecture.Tests.Sources;

namespace LeVo.Architecture.Tests.Layers;

/// <summary>Prints what the sources reference as rows for a table, and the circles among them.</summary>
internal static class LayerPrinter
{
    private const int MostOfAPair = 5;
    private const int Width = 120;

    /// <param name="table">Its order is kept where the references allow it.</param>
    public static string Print(SourceAssembly assembly, LayerTable table)
    {
        IReadOnlyList<Reference> references = Reference.AllOf(assembly);
        string[] folders = [.. table.Folders.Intersect(assembly.Folders).Union(assembly.Folders)];
        IReadOnlyList<IReadOnlyList<string>> groups = Circles.Groups(folders, references);
        var text = new StringBuilder($"{assembly.Name}, lowest folders first:\n");
        foreach (string folder in groups.SelectMany(group => group))
            text.Append(Row(folder, table, references));
        foreach (IReadOnlyList<string> circle in groups.Where(group => group.Count > 1))
            text.Append($"\nCircle: {string.Join(", ", circle)}\n").Append(Reference.Describe(
                references.Where(r => circle.Contains(r.From) && circle.Contains(r.To)), MostOfAPair));
        return text.ToString();
    }

    private static string Row(string folder, LayerTable table, IReadOnlyList<Reference> references)
    {
        string[] names = table.MayReferenceEverything(folder) ? ["Layer.Everything"] : [..
            from name in references.Where(r => r.From == folder).Select(r => r.To).Distinct()
            orderby name.Contains(':'), name
            select $"\"{name}\""];
        string row = $"        new(\"{folder}\"";
        int lineStart = 0;
        foreach (string name in names)
        {
            bool fits = row.Length - lineStart + name.Length + ", ),".Length <= Width;
            row += fits ? ", " : ",\n";
            if (!fits)
            {
                lineStart = row.Length;
                row += new string(' ', 12);
            }
            row += name;
        }
        return row + "),\n";
    }
}
