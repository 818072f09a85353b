using LeVo.Architecture.Tests.Tables;
using Microsoft.CodeAnalysis;

namespace LeVo.Architecture.Tests;

/// <summary>
/// The public types of the assemblies stay few. A public type is in a sample or in a document's example, or
/// a host replaces it; whoever adds one for such a reason raises the number.
/// </summary>
public sealed class PublicTypeTests
{
    private const int MostPublicTypes = 132;

    [Fact]
    public void PublicTypesAreFew()
    {
        string[] types = [..
            from assembly in CheckedAssembly.All.Values
            from type in Public(assembly.Sources.Compilation.Assembly.GlobalNamespace).OfType<ITypeSymbol>()
            where type.CanBeReferencedByName
            let name = type.ToDisplayString()
            orderby assembly.Sources.Name, name
            select $"{assembly.Sources.Name}: {name}"];
        Assert.True(types.Length <= MostPublicTypes,
            $"{types.Length} public types, more than {MostPublicTypes}:\n{string.Join('\n', types)}");
    }

    /// <summary>Namespaces and public types, with the public types inside public types.</summary>
    private static IEnumerable<ISymbol> Public(INamespaceOrTypeSymbol container) =>
        from member in container.GetMembers().OfType<INamespaceOrTypeSymbol>()
        where member is INamespaceSymbol or { DeclaredAccessibility: Accessibility.Public }
        from symbol in Public(member).Prepend(member)
        select symbol;
}
