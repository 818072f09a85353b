using System.Text.RegularExpressions;
using LeVo.Architecture.Tests.Layers;
using LeVo.Architecture.Tests.Tables;
using LeVo.Testing;

namespace LeVo.Architecture.Tests;

/// <summary>The documents name folders and files that exist, and the picture of the architecture is complete.</summary>
public sealed partial class DocumentTests
{
    private static readonly string Text = Read("docs/architecture.md");

    private static readonly HashSet<string> Folders = [..
        from assembly in CheckedAssembly.All.Values
        from folder in assembly.Sources.Folders
        select $"{Short(assembly.Sources.Name)}/{folder}"];

    /// <summary>The boxes of the picture, first to last: name and folders.</summary>
    private static readonly (string Name, string[] Folders)[] Boxes = [..
        Box().Matches(Text).Select(box => (box.Groups["name"].Value, box.Groups["folders"].Value.Split("<br>")))];

    private static readonly (string From, string To)[] Arrows = [..
        from arrow in Arrow().Matches(Text)
        from target in arrow.Groups["to"].Value.Split('&', StringSplitOptions.TrimEntries)
        select (arrow.Groups["from"].Value, target)];

    public static TheoryData<string> Documents => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
        .Select(file => "docs/" + Path.GetFileName(file)), "README.md", "CONTRIBUTING.md", "CHANGELOG.md"];

    [Fact]
    public void ThePictureShowsEveryFolderOnce()
    {
        string[] shown = [.. Boxes.SelectMany(box => box.Folders)];
        Findings.AssertNone([
            .. Folders.Except(shown).Select(folder => $"{folder} is missing"),
            .. shown.Except(Folders).Select(folder => $"{folder} does not exist"),
            .. shown.CountBy(folder => folder).Where(count => count.Value > 1).Select(count => $"{count.Key} is shown twice")]);
    }

    [Fact]
    public void ArrowsPointDown()
    {
        string[] order = [.. Boxes.Select(box => box.Name)];
        Assert.NotEmpty(Arrows);
        Findings.AssertNone([..
            from arrow in Arrows
            where Array.IndexOf(order, arrow.From) < 0 || Array.IndexOf(order, arrow.To) <= Array.IndexOf(order, arrow.From)
            select $"{arrow.From} --> {arrow.To}"]);
    }

    [Fact]
    public void ArrowsLeadWhereTheSourcesRefer()
    {
        Dictionary<string, string> boxOf =
            Boxes.SelectMany(box => box.Folders, (box, folder) => (folder, box.Name)).ToDictionary();
        (string From, string To)[] needed = [.. (
            from assembly in CheckedAssembly.All.Values
            from reference in Reference.AllOf(assembly.Sources)
            let own = Short(assembly.Sources.Name)
            let to = reference.To.Contains(':') ? reference.To.Replace(':', '/') : $"{own}/{reference.To}"
            select (boxOf[$"{own}/{reference.From}"], boxOf[to])).Distinct()];
        Findings.AssertNone([
            .. needed.Where(pair => !Reaches(pair.From, pair.To)).Select(pair => $"no arrows from {pair.From} to {pair.To}"),
            .. Arrows.Except(needed).Select(arrow => $"{arrow.From} --> {arrow.To} is not needed")]);
    }

    [Fact]
    public void FoldersInTheArchitectureExist() => Findings.AssertNone([..
        NamedFolder().Matches(Text).Select(match => match.Groups[1].Value).Where(folder => !Folders.Contains(folder))]);

    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("docs/glossary.md")]
    public void TypesAndMembersExist(string document) => Findings.AssertNone([..
        from match in Name().Matches(Read(document))
        from name in match.Groups[1].Value.Split('.')
        where !CheckedAssembly.All.Values.Any(assembly => assembly.Sources.Compilation.ContainsSymbolsWithName(name))
        select name]);

    [Theory, MemberData(nameof(Documents))]
    public void FilesInDocumentsExist(string document) => Findings.AssertNone([..
        from match in NamedFile().Matches(Read(document))
        let path = AssemblyName().Replace(match.Groups[1].Value, "src/LeVo.$1/")
        where !Path.Exists(Path.Combine(Repository.Root, path))
        select match.Value]);

    [Theory, MemberData(nameof(Documents))]
    public void LinksInDocumentsLeadToFiles(string document) => Findings.AssertNone([..
        from match in Link().Matches(Read(document))
        where !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, match.Groups[1].Value))
        select match.Value]);

    private static bool Reaches(string from, string to) =>
        from == to || Arrows.Any(arrow => arrow.From == from && Reaches(arrow.To, to));

    private static string Short(string assembly) => assembly.Replace("LeVo.", "");

    private static string Read(string path) =>
        File.ReadAllText(Path.Combine(Repository.Root, path)).ReplaceLineEndings("\n");

    [GeneratedRegex("""^ *(?<name>\w+)\["(?<folders>(?:Core|Codec|Alignment(?:[.]\w+)?|Cluster)/[^"]+)"\]$""", RegexOptions.Multiline)]
    private static partial Regex Box();

    [GeneratedRegex("""^ *(?<from>\w+) --> (?<to>[\w& ]+)$""", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    /// <summary><c>Core/Torch/Layers</c> in backticks; a file has a full stop.</summary>
    [GeneratedRegex("`((?:Core|Codec|Alignment|Cluster)/[^`. ]+)`")]
    private static partial Regex NamedFolder();

    /// <summary><c>SongTokens</c> or <c>Checkpoint.Open</c> in backticks; two letters at least.</summary>
    [GeneratedRegex("`((?!LeVo[.])[A-Z][A-Za-z]+(?:[.][A-Z][A-Za-z]+)*)`")]
    private static partial Regex Name();

    /// <summary>Paths in backticks that begin with a folder of the repository, or with an assembly: <c>Core/IO/AtomicFile.cs</c>.</summary>
    [GeneratedRegex("""`((?:src|tests|samples|experiments|benchmarks|docs|eng|models|\.ci|(?:Core|Codec|Alignment|Cluster)(?=/[\w/]+\.cs))/[^`*<> ]+)`""")]
    private static partial Regex NamedFile();

    [GeneratedRegex("^(Core|Codec|Alignment|Cluster)/")]
    private static partial Regex AssemblyName();

    [GeneratedRegex("""\]\((?!https?:|#)([^)#]+)[^)]*\)""")]
    private static partial Regex Link();
}
