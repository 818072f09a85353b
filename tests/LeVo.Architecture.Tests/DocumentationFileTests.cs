using System.Xml.Linq;
using LeVo.Architecture.Tests.Sources;
using LeVo.Architecture.Tests.Tables;
using Microsoft.CodeAnalysis;

namespace LeVo.Architecture.Tests;

/// <summary>The XML documentation files of the packages describe what an application sees.</summary>
public sealed class DocumentationFileTests
{
    public static TheoryData<string> Names => CheckedAssembly.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void OnlyPublicMembersAreDescribed(string name)
    {
        SourceAssembly sources = CheckedAssembly.All[name].Sources;
        XElement[] members = [.. Members(name)];
        string[] hidden = [..
            from member in members
            let id = (string)member.Attribute("name")!
            where DocumentationCommentId.GetFirstSymbolForDeclarationId(id, sources.Compilation) is not { } symbol
                || !IsVisible(symbol)
            select id];
        Assert.True(hidden.Length == 0, $"{name} describes what nobody sees:\n{string.Join('\n', hidden)}");
        string[] undescribed = [..
            from symbol in Visible(sources.Compilation.Assembly.GlobalNamespace)
            let id = symbol.GetDocumentationCommentId()
            where !members.Any(member => (string)member.Attribute("name")! == id)
            select id];
        Assert.True(undescribed.Length == 0, $"{name} does not describe:\n{string.Join('\n', undescribed)}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ReferencesLeadToWhatIsDescribed(string name)
    {
        SourceAssembly sources = CheckedAssembly.All[name].Sources;
        string[] lost = [..
            from member in Members(name)
            from element in member.Descendants()
            let id = (string?)element.Attribute("cref")
            where id is not null && id[2..].StartsWith("LeVo.", StringComparison.Ordinal)
            where DocumentationCommentId.GetFirstSymbolForDeclarationId(id, sources.Compilation) is not { } symbol
                || !IsVisible(symbol)
            select $"{(string)member.Attribute("name")!} mentions {id}"];
        Assert.True(lost.Length == 0, string.Join('\n', lost));
    }

    private static IEnumerable<XElement> Members(string name) =>
        XDocument.Load(Path.Combine(AppContext.BaseDirectory, $"{name}.xml")).Descendants("member");

    /// <summary>Public types and what they declare, without accessors and what the compiler adds.</summary>
    private static IEnumerable<ISymbol> Visible(INamespaceOrTypeSymbol container) =>
        from member in container.GetMembers()
        where IsVisible(member) && !member.IsOverride && !member.IsImplicitlyDeclared
            && member is not IMethodSymbol { AssociatedSymbol: not null }
        from symbol in member is INamespaceOrTypeSymbol inner ? Visible(inner).Prepend(member) : [member]
        where symbol is not INamespaceSymbol
        select symbol;

    private static bool IsVisible(ISymbol symbol) =>
        symbol is INamespaceSymbol || (symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
            or Accessibility.ProtectedOrInternal && IsVisible(symbol.ContainingSymbol));
}
