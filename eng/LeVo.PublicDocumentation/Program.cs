using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// Copies a compiler's XML documentation file without the members that an application can't see. Run by the build of the
// projects in src:
//   LeVo.PublicDocumentation ASSEMBLY DOCUMENTATION REFERENCES OUTPUT
// REFERENCES is a file with the path of one referenced assembly a line.
if (args is not [string assemblyPath, string documentationPath, string references, string output])
    throw new ArgumentException("ASSEMBLY DOCUMENTATION REFERENCES OUTPUT");
var assembly = MetadataReference.CreateFromFile(assemblyPath);
var compilation = CSharpCompilation.Create("reader",
    references: [assembly, .. File.ReadLines(references).Select(path => MetadataReference.CreateFromFile(path))]);
var symbol = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(assembly)!;
HashSet<string> visible = [.. Visible(symbol.GlobalNamespace).Select(member => member.GetDocumentationCommentId()).OfType<string>()];
XDocument documentation = XDocument.Load(documentationPath, LoadOptions.PreserveWhitespace);
foreach (XElement member in documentation.Descendants("member").ToArray())
{
    if (visible.Contains((string)member.Attribute("name")!))
        continue;
    if (member.PreviousNode is XText indentation)
        indentation.Remove();
    member.Remove();
}
documentation.Save(output, SaveOptions.DisableFormatting);

static IEnumerable<ISymbol> Visible(INamespaceOrTypeSymbol container) =>
    from member in container.GetMembers()
    where member is INamespaceSymbol || member.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected
        or Accessibility.ProtectedOrInternal
    from symbol in member is INamespaceOrTypeSymbol inner ? Visible(inner).Prepend(member) : [member]
    select symbol;
