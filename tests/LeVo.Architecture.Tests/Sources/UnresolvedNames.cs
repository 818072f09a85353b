using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeVo.Architecture.Tests.Sources;

/// <summary>Names whose declaration the compiler does not find: references that no other test would see.</summary>
internal static class UnresolvedNames
{
    public static IReadOnlyList<string> In(SourceAssembly assembly) => [..
        from tree in assembly.Trees
        let model = assembly.Model(tree)
        from name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let info = model.GetSymbolInfo(name)
        where info.Symbol is null && info.CandidateSymbols.IsEmpty
        where !IsKeyword(name) && !IsGenerated(name, model)
        let line = tree.GetLineSpan(name.Span).StartLinePosition.Line + 1
        select $"src/{tree.FilePath}:{line}: {name}"];

    /// <summary>Whether the name is <c>nameof</c> or <c>unmanaged</c>, or the new name of <c>using Name = Type</c>.</summary>
    private static bool IsKeyword(SimpleNameSyntax name) =>
        name.Parent is NameEqualsSyntax
        || name is IdentifierNameSyntax { Identifier.ValueText: "nameof" or "unmanaged" };

    /// <summary>Whether a source generator writes the member: <c>Default</c> and the types of a JSON context.</summary>
    private static bool IsGenerated(SimpleNameSyntax name, SemanticModel model) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name && access.Expression switch
        {
            MemberAccessExpressionSyntax inner when IsGenerated(inner.Name, model) => true,
            var owner => model.GetTypeInfo(owner).Type?.BaseType?.Name == "JsonSerializerContext",
        };
}
