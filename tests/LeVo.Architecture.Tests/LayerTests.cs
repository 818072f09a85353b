using LeVo.Architecture.Tests.Layers;
using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;

namespace LeVo.Architecture.Tests;

/// <summary>
/// Folders reference each other only as the tables in <c>Tables</c> allow. With the environment variable
/// LEVO_PRINT_LAYERS=1, the first test fails with the rows that the sources need, and the circles among them.
/// </summary>
public sealed class LayerTests
{
    public static TheoryData<string> Names => CheckedAssembly.Names;

    [Theory, MemberData(nameof(Names))]
    public void ReferencesAreInTheTable(string name)
    {
        (SourceAssembly sources, LayerTable table) = Read(name);
        if (Environment.GetEnvironmentVariable("LEVO_PRINT_LAYERS") == "1")
            Assert.Fail(LayerPrinter.Print(sources, table));
        IReadOnlyList<Reference> forbidden = table.Forbidden(Reference.AllOf(sources));
        Assert.True(forbidden.Count == 0, $"The table of {name} does not allow:\n{Reference.Describe(forbidden)}");
    }

    [Theory, MemberData(nameof(Names))]
    public void EntriesOfTheTableAreUsed(string name)
    {
        (SourceAssembly sources, LayerTable table) = Read(name);
        Findings.AssertNone(table.Unused(Reference.AllOf(sources)));
    }

    [Theory, MemberData(nameof(Names))]
    public void EntriesOfTheTableStandAboveTheirRow(string name) => Findings.AssertNone(Read(name).Table.Misplaced);

    [Theory, MemberData(nameof(Names))]
    public void EveryFolderHasARow(string name)
    {
        (SourceAssembly sources, LayerTable table) = Read(name);
        Findings.AssertNone(table.Unmatched(sources));
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryNameIsResolved(string name) => Findings.AssertNone(UnresolvedNames.In(Read(name).Sources));

    private static (SourceAssembly Sources, LayerTable Table) Read(string name) =>
        (CheckedAssembly.All[name].Sources, CheckedAssembly.All[name].Layers);
}
