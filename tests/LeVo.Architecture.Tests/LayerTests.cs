using LeVo.Architecture.Tests.Layers;
using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;

namespace LeVo.Architecture.Tests;

/// <summary>
/// Folders reference each other as the tables in <c>Tables</c> say. With the environment variable LEVO_PRINT_LAYERS=1,
/// <see cref="ReferencesAreInTheTable"/> fails with the rows that the sources call for, and the circles among them.
/// </summary>
public sealed class LayerTests
{
    public static TheoryData<string> Names => CheckedAssembly.Names;

    [Theory, MemberData(nameof(Names))]
    public void ReferencesAreInTheTable(string name)
    {
        CheckedAssembly assembly = CheckedAssembly.All[name];
        if (Environment.GetEnvironmentVariable("LEVO_PRINT_LAYERS") == "1")
            Assert.Fail(LayerPrinter.Print(assembly.Sources, assembly.Layers));
        IReadOnlyList<Reference> forbidden = assembly.Layers.Forbidden(Reference.AllOf(assembly.Sources));
        if (forbidden.Count > 0)
            Assert.Fail($"References that the table of {name} does not allow:\n{Reference.Describe(forbidden)}");
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryEntryOfTheTableIsUsed(string name) => Assert.Empty(
        CheckedAssembly.All[name].Layers.Unused(Reference.AllOf(CheckedAssembly.All[name].Sources)));

    [Theory, MemberData(nameof(Names))]
    public void FoldersReferenceFoldersAboveThem(string name) =>
        Assert.Empty(CheckedAssembly.All[name].Layers.Misplaced);

    [Theory, MemberData(nameof(Names))]
    public void EveryFolderHasARow(string name) =>
        Assert.Empty(CheckedAssembly.All[name].Layers.Unmatched(CheckedAssembly.All[name].Sources));

    [Theory, MemberData(nameof(Names))]
    public void EveryNameIsResolved(string name) => Assert.Empty(UnresolvedNames.In(CheckedAssembly.All[name].Sources));
}
