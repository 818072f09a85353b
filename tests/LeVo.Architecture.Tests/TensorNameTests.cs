using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LeVo.Architecture.Tests;

/// <summary>
/// Names of tensors stand in the listings alone: files named <c>...Tensors.cs</c>, the names of the conditions and the
/// folder Listings. Everything else asks a listing for them. The table of names in GGUF files translates them, and is
/// compared with the listings by tests of its own. Whisper's files have names of their own.
/// </summary>
public sealed class TensorNameTests
{
    /// <summary>Parts of tensor names that are also ordinary words, keys of configuration files or of shards.</summary>
    private static readonly string[] OrdinaryWords =
    [
        "bias", "codebook", "conditioners", "decoder", "description", "encoder", "kernel", "layers", "model", "scale", "weight",
        "window",
    ];

    [Fact]
    public void NamesStandInTheListings()
    {
        SourceAssembly[] assemblies = [.. CheckedAssembly.All.Values.Select(assembly => assembly.Sources)];
        Assert.True(NameParts(assemblies).Count > 80);
        Findings.AssertNone(Elsewhere(assemblies));
    }

    [Theory]
    [InlineData("\"layers.0.q_proj.weight\"")]
    [InlineData("$\"layers.{args.Length}.q_proj\"")]
    public void ANameElsewhereIsFound(string name)
    {
        SourceAssembly assembly = Planted.Assembly(
            ("Model/LayerTensors.cs", "class LayerTensors { string Name => \"q_proj\"; }"),
            ("Cpu/Engine.cs", $"class Engine {{ string Name(string[] args) => {name}; }}"));
        Assert.StartsWith("src/Planted/Cpu/Engine.cs:1: q_proj", Assert.Single(Elsewhere([assembly])));
    }

    private static IReadOnlyList<string> Elsewhere(IReadOnlyList<SourceAssembly> assemblies)
    {
        HashSet<string> names = NameParts(assemblies);
        return [..
            from tree in Trees(assemblies)
            where !IsListing(tree.FilePath)
            from token in Literals(tree)
            from part in Parts(token.ValueText)
            where names.Contains(part)
            let line = tree.GetLineSpan(token.Span).StartLinePosition.Line + 1
            select $"src/{tree.FilePath}:{line}: {part}"];
    }

    private static HashSet<string> NameParts(IReadOnlyList<SourceAssembly> assemblies) =>
    [..
        from tree in Trees(assemblies)
        where IsListing(tree.FilePath)
        from token in Literals(tree)
        from part in Parts(token.ValueText)
        where part.Length > 2 && !char.IsDigit(part[0]) && !OrdinaryWords.Contains(part)
        select part,
    ];

    private static IEnumerable<SyntaxTree> Trees(IEnumerable<SourceAssembly> assemblies) =>
        assemblies.SelectMany(assembly => assembly.Trees).Where(tree =>
            !tree.FilePath.EndsWith("/GgufNames.cs", StringComparison.Ordinal)
            && !tree.FilePath.EndsWith("/WhisperSizes.cs", StringComparison.Ordinal));

    private static bool IsListing(string path) => path.Contains("/Listings/", StringComparison.Ordinal)
        || path.EndsWith("Tensors.cs", StringComparison.Ordinal)
        || path.EndsWith("/ConditionNames.cs", StringComparison.Ordinal);

    private static IEnumerable<SyntaxToken> Literals(SyntaxTree tree) => tree.GetRoot().DescendantTokens()
        .Where(token => token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken);

    /// <summary>The parts of a dotted name; none of a text with spaces.</summary>
    private static string[] Parts(string text) => text.Contains(' ', StringComparison.Ordinal)
        ? []
        : text.Split('.', StringSplitOptions.RemoveEmptyEntries);
}
