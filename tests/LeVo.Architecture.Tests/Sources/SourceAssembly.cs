using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LeVo.Architecture.Tests.Sources;

/// <summary>
/// An assembly compiled in memory from source files. Assemblies that reference it see where its symbols are declared.
/// Source generators do not run.
/// </summary>
internal sealed class SourceAssembly
{
    /// <summary>What the SDK adds to each project in src: implicit usings, and internals for the others.</summary>
    private const string FromTheSdk = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("LeVo.Codec")]
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("LeVo.Alignment")]
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("LeVo.Cluster")]
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest, DocumentationMode.None);

    private static readonly CSharpCompilationOptions Options = new(OutputKind.DynamicallyLinkedLibrary,
        allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);

    /// <summary>.NET and the packages of the assemblies, but not the assemblies themselves.</summary>
    private static readonly MetadataReference[] Packages = [..
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        where !Path.GetFileName(path).StartsWith("LeVo.", StringComparison.Ordinal)
        select MetadataReference.CreateFromFile(path)];

    private readonly ConcurrentDictionary<SyntaxTree, SemanticModel> _models = [];
    private readonly Lazy<IReadOnlyList<Mention>> _mentions;

    /// <param name="files">Text by path; a path begins with the assembly's name: <c>LeVo.Core/IO/Files.cs</c>.</param>
    public SourceAssembly(string name, IReadOnlyDictionary<string, string> files, params SourceAssembly[] references)
    {
        Name = name;
        Files = [.. files.Keys.Order(StringComparer.Ordinal)];
        Compilation = CSharpCompilation.Create(name,
            [.. Files.Select(path => Parse(files[path], path)), Parse(FromTheSdk, "")],
            [.. Packages, .. references.Select(reference => reference.Compilation.ToMetadataReference())], Options);
        _mentions = new(() => Mention.AllOf(this));
    }

    public string Name { get; }

    public IReadOnlyList<string> Files { get; }

    /// <summary>Every folder with a source file, by name.</summary>
    public IReadOnlyList<string> Folders =>
        [.. Files.Select(file => Folder.Of(file).Path).Distinct().Order(StringComparer.Ordinal)];

    public CSharpCompilation Compilation { get; }

    public IReadOnlyList<Mention> Mentions => _mentions.Value;

    public IEnumerable<SyntaxTree> Trees => Compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0);

    /// <summary>Kept, since a model keeps what it has resolved.</summary>
    public SemanticModel Model(SyntaxTree tree) => _models.GetOrAdd(tree, tree => Compilation.GetSemanticModel(tree));

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Parsing, path);
}
