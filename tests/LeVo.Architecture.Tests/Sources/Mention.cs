using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeVo.Architecture.Tests.Sources;

/// <summary>A place in code that names a symbol, or uses one without its name (an indexer, an operator).</summary>
/// <param name="File">The file's path, which begins with the assembly's name.</param>
/// <param name="Line">From 1.</param>
internal sealed record Mention(string File, int Line, ISymbol Symbol)
{
    /// <summary>The folders of our own sources that declare the symbol: several for a type in several parts.</summary>
    public IEnumerable<Folder> DeclaringFolders => Symbol.Kind is SymbolKind.Namespace or SymbolKind.Parameter ? [] :
        Symbol.Locations.Where(location => location.SourceTree is { FilePath.Length: > 0 })
            .Select(location => Folder.Of(location.SourceTree!.FilePath)).Distinct();

    /// <summary>Whether the symbol is TorchSharp's own, or its namespace.</summary>
    public bool IsOfTorchSharp => Symbol.ContainingAssembly?.Name == "TorchSharp"
        || Symbol is INamespaceSymbol { Name: "TorchSharp", ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>Every mention in code; documentation comments do not count.</summary>
    public static IReadOnlyList<Mention> AllOf(SourceAssembly assembly) => [.. assembly.Trees
        .AsParallel().AsOrdered()
        .SelectMany(tree => AllOf(tree, assembly.Model(tree)).Distinct().ToArray())];

    public override string ToString() =>
        $"src/{File}:{Line}: {Symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat)}";

    private static IEnumerable<Mention> AllOf(SyntaxTree tree, SemanticModel model) =>
        from node in tree.GetRoot().DescendantNodes()
        from symbol in Symbols(node, model)
        select new Mention(tree.FilePath, tree.GetLineSpan(node.Span).StartLinePosition.Line + 1, symbol);

    private static IEnumerable<ISymbol> Symbols(SyntaxNode node, SemanticModel model) => node switch
    {
        // Types that the compiler infers count with all their parts.
        IdentifierNameSyntax { Identifier.ValueText: "var" } name when model.GetSymbolInfo(name).Symbol
            is ITypeSymbol type => Parts(type),
        ParameterSyntax { Type: null } => Parts(((IParameterSymbol?)model.GetDeclaredSymbol(node))?.Type),
        SingleVariableDesignationSyntax => Parts((model.GetDeclaredSymbol(node) as ILocalSymbol)?.Type),
        SimpleNameSyntax => Named(model.GetSymbolInfo(node)),
        // What code can use without a name.
        ElementAccessExpressionSyntax or ElementBindingExpressionSyntax or ImplicitObjectCreationExpressionSyntax
            or ConstructorInitializerSyntax or BinaryExpressionSyntax or PrefixUnaryExpressionSyntax
            or AssignmentExpressionSyntax => Named(model.GetSymbolInfo(node)),
        _ => [],
    };

    private static IEnumerable<ISymbol> Named(SymbolInfo info) =>
        (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) switch
        {
            null => [],
            // A tuple's element is declared wherever its type was first written: that is no reference to the folder.
            IFieldSymbol { ContainingType.IsTupleType: true } => [],
            var symbol => [symbol.OriginalDefinition],
        };

    private static IEnumerable<ISymbol> Parts(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        IPointerTypeSymbol pointer => Parts(pointer.PointedAtType),
        INamedTypeSymbol named => [named.OriginalDefinition, .. named.TypeArguments.SelectMany(Parts)],
        _ => [],
    };
}
