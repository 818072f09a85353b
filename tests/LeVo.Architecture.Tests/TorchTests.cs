using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;

namespace LeVo.Architecture.Tests;

/// <summary>TorchSharp appears only in folders that compute with libtorch.</summary>
public sealed class TorchTests
{
    public static TheoryData<string> Names => CheckedAssembly.Names;

    [Theory, MemberData(nameof(Names))]
    public void TorchSharpStaysInItsFolders(string name) => Findings.AssertNone(
        TorchFiles(CheckedAssembly.All[name].Sources, CheckedAssembly.All[name].TorchFolders));

    [Theory]
    [InlineData("using TorchSharp;")]
    [InlineData("using static TorchSharp.torch;")]
    [InlineData("using Device = TorchSharp.torch.Device;")]
    [InlineData("class Sum { object Of(Planted.Torch.Source source) { var sum = source.Sum; return sum; } }")]
    [InlineData("class Size { long Of(Planted.Torch.Source source) => source.Sum.NumberOfElements; }")]
    public void TorchSharpIsFoundInCode(string code)
    {
        SourceAssembly assembly = Planted.Assembly(("Model/File.cs", code), ("Torch/Source.cs", """
            namespace Planted.Torch;
            class Source { public TorchSharp.torch.Tensor Sum => TorchSharp.torch.ones(1); }
            """));
        Assert.StartsWith("src/Planted/Model/File.cs:1: ", Assert.Single(TorchFiles(assembly, ["Torch"])));
        Assert.Empty(TorchFiles(assembly, ["Model", "Torch"]));
    }

    /// <summary>Files outside the allowed folders that mention TorchSharp, each with its first mention.</summary>
    private static IReadOnlyList<string> TorchFiles(SourceAssembly assembly, IReadOnlyList<string> allowed) => [..
        from mention in assembly.Mentions
        where mention.IsOfTorchSharp && !allowed.Contains(Folder.Of(mention.File).Path)
        group mention by mention.File into file
        select $"{file.First()}, the first of {file.Count()}"];
}
