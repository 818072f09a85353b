using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeVo.Architecture.Tests;

/// <summary>
/// A tensor that is made without a device is made on the host and fails beside those of a GPU, which no test here has. So each
/// call that makes one names its device, or stands in the table of those that belong to the host. (libtorch's META device would
/// show the same by running the models, but in libtorch 2.10 index_select, roll and native_layer_norm do not run on it.)
/// </summary>
public sealed class TensorDeviceTests
{
    private static readonly HashSet<string> Factories =
    [
        "arange", "complex", "empty", "eye", "from_array", "full", "hann_window", "linspace", "ones", "Range", "rand", "randint",
        "randn", "randperm", "tensor", "zeros",
    ];

    /// <summary>Files and folders whose tensors are on the host, with the reason.</summary>
    private static readonly Dictionary<string, string> Host = new()
    {
        ["LeVo.Alignment/Blending/CheckpointBlend.cs"] = "files are blended on the host",
        ["LeVo.Alignment/Dpo/ReferenceCache.cs"] = "kept on the host; what a step needs is moved",
        ["LeVo.Alignment/Rewards/RewardNet.cs"] = "reward models compute on the host",
        ["LeVo.Codec/Decoding/SoundDecoding.cs"] = "noise and context are made on the host, then moved",
        ["LeVo.Codec/Flow/FlowMatchingDecoder.cs"] = "the solver's times are read on the host",
        ["LeVo.Codec/Flow/LatentNormalizer.cs"] = "copied into the model's tensors",
        ["LeVo.Codec/Flow/WindowTables.cs"] = "computed on the host, then moved",
        ["LeVo.Codec/MusicFm/MelSpectrogram.cs"] = "tables that the builder moves",
        ["LeVo.Codec/MusicFm/RotaryTable.cs"] = "a table that the builder moves",
        ["LeVo.Codec/Training/"] = "the codec is trained on the host",
        ["LeVo.Core/Torch/LanguageModel/Rotary.cs"] = "computed on the host, then moved",
        ["LeVo.Core/Torch/Parameters/RandomTensorSource.cs"] = "drawn on the host; the builder moves them",
        ["LeVo.Core/Torch/Tensors/CheckpointTensors.cs"] = "files are read on the host; the builder moves them",
        ["LeVo.Core/Torch/Tensors/Scalars.cs"] = "defines Range",
    };

    [Fact]
    public void TensorsAreMadeOnANamedDevice()
    {
        SourceAssembly[] assemblies = [.. CheckedAssembly.All.Values.Select(assembly => assembly.Sources)];
        Findings.AssertNone(Unnamed(assemblies));
        string[] files = [.. assemblies.SelectMany(assembly => assembly.Trees).Select(tree => tree.FilePath)];
        Assert.All(Host.Keys, place => Assert.Contains(files, file => file.StartsWith(place, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("var x = zeros(3, 4);", true)]
    [InlineData("var x = torch.ones([2], ScalarType.Bool);", true)]
    [InlineData("var x = Scalars.Range(4, float32);", true)]
    [InlineData("var x = zeros(3, 4, device: Device);", false)]
    [InlineData("var x = ones(3, ScalarType.Bool, y.device);", false)]
    [InlineData("var x = y.new_full([1], 3);", false)]
    [InlineData("var x = tensor(values).to(y.device);", false)]
    public void OneWithoutADeviceIsFound(string statement, bool found)
    {
        SourceAssembly assembly = Planted.Assembly(
            ("Torch/Layer.cs", "using static TorchSharp.torch; class Layer { void Run() { " + statement + " } }"));
        Assert.Equal(found, Unnamed([assembly]).Count == 1);
    }

    private static IReadOnlyList<string> Unnamed(IReadOnlyList<SourceAssembly> assemblies) =>
    [..
        from tree in assemblies.SelectMany(assembly => assembly.Trees)
        where !Host.Keys.Any(place => tree.FilePath.StartsWith(place, StringComparison.Ordinal)) && UsesTorch(tree)
        from call in tree.GetRoot().DescendantNodes().OfType<InvocationExpressionSyntax>()
        where Factories.Contains(NameOf(call)) && !call.ArgumentList.Arguments.Any(NamesDevice) && !IsMoved(call)
        let line = tree.GetLineSpan(call.Span).StartLinePosition.Line + 1
        select $"src/{tree.FilePath}:{line}: {call}"];

    private static bool UsesTorch(SyntaxTree tree) => tree.GetRoot().DescendantNodes().OfType<UsingDirectiveSyntax>()
        .Any(line => line.Name?.ToString().StartsWith("TorchSharp", StringComparison.Ordinal) == true);

    /// <summary>The name of a function of torch or Scalars; empty for methods of other objects.</summary>
    private static string NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        IdentifierNameSyntax { Identifier.ValueText: not "Range" } name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "torch" or "Scalars" } } member =>
            member.Name.Identifier.ValueText,
        _ => "",
    };

    /// <summary>Whether the tensor is moved at once.</summary>
    private static bool IsMoved(InvocationExpressionSyntax call) =>
        call.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "to", Parent: InvocationExpressionSyntax moving }
        && moving.ArgumentList.Arguments.Any(NamesDevice);

    private static bool NamesDevice(ArgumentSyntax argument) => argument.NameColon?.Name.Identifier.ValueText == "device"
        || argument.Expression.ToString() is var text
        && (text.EndsWith("evice", StringComparison.Ordinal) || text is "CPU" or "META");
}
