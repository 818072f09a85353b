using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;

namespace LeVo.Architecture.Tests;

/// <summary>Folders are small, and none was merged with another to hide a circle.</summary>
public sealed class FolderTests
{
    private const int MostFiles = 30;

    public static TheoryData<string> Names => CheckedAssembly.Names;

    [Theory, MemberData(nameof(Names))]
    public void NoFolderHoldsTooManyFiles(string name) => Findings.AssertNone([..
        from folder in CheckedAssembly.All[name].Sources.Files.CountBy(file => Folder.Of(file).Path)
        where folder.Value > MostFiles
        select $"{folder.Key} has {folder.Value} files, more than {MostFiles}"]);

    [Theory, MemberData(nameof(Names))]
    public void FoldersAreNotMerged(string name)
    {
        CheckedAssembly assembly = CheckedAssembly.All[name];
        Assert.True(assembly.Sources.Folders.Count >= assembly.FewestFolders,
            $"{name} has {assembly.Sources.Folders.Count} folders, fewer than {assembly.FewestFolders}.");
    }
}
