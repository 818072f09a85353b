using System.Reflection;
using System.Text.RegularExpressions;
using LeVo.Testing;

namespace LeVo.Core.Tests;

/// <summary>Rules of the house that no compiler checks.</summary>
public sealed partial class HouseTests
{
    /// <summary>Where hosts look for extensions of their services.</summary>
    private const string HostNamespace = "Microsoft.Extensions.DependencyInjection";

    private static string Root => Repository.Root;

    [Theory]
    [InlineData("LeVo.Core")]
    [InlineData("LeVo.Codec")]
    [InlineData("LeVo.Alignment")]
    public void PublicTypesLieInTheirAssemblysNamespace(string assembly)
    {
        IEnumerable<Type> strays = Assembly.Load(assembly).GetExportedTypes()
            .Where(type => !$"{type.Namespace}.".StartsWith(assembly + ".", StringComparison.Ordinal))
            .Where(type => type.Namespace != HostNamespace);
        Assert.Empty(strays);
    }

    [Fact]
    public void NamespacesFollowTheFolders() => Assert.Empty(
        from file in Sources("src")
        let path = Path.GetRelativePath(Path.Combine(Root, "src"), Path.GetDirectoryName(file)!)
        let folder = path.Replace(Path.DirectorySeparatorChar, '.')
        let assembly = path.Split(Path.DirectorySeparatorChar)[0]
        let declared = NamespaceLine().Match(File.ReadAllText(file))
        where declared.Success && declared.Groups[1].Value != folder
            // What every host needs may lie at the assembly's root.
            && declared.Groups[1].Value != assembly
            && !(folder.EndsWith(".DependencyInjection", StringComparison.Ordinal)
                && declared.Groups[1].Value == HostNamespace)
        select $"{file}: {declared.Groups[1].Value}");

    [Fact]
    public void LibrariesNeverWriteToTheConsole() => Assert.Empty(Matches(ConsoleUse(), "src"));

    [Fact]
    public void LibrariesSetNothingProcessWide() => Assert.Empty(Matches(ProcessWideUse(), "src"));

    [Fact]
    public void NothingIsUnfinished() => Assert.Empty(Matches(Unfinished(), "src", "samples", "benchmarks"));

    [Fact]
    public void MatmulIsBannedAndUnused()
    {
        string[] banned = File.ReadAllLines(Path.Combine(Root, "src", "BannedSymbols.txt"));
        Assert.Contains(banned, line => line.StartsWith("M:TorchSharp.torch.Tensor.matmul(", StringComparison.Ordinal));
        Assert.Contains(banned, line => line.StartsWith("M:TorchSharp.torch.matmul(", StringComparison.Ordinal));
        string props = File.ReadAllText(Path.Combine(Root, "src", "Directory.Build.props"));
        Assert.Matches("<AdditionalFiles Include=\"[^\"]*BannedSymbols.txt\"", props);
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", props);
        string style = File.ReadAllText(Path.Combine(Root, ".editorconfig"));
        Assert.Contains("dotnet_diagnostic.RS0030.severity = error", style);
        Assert.Empty(Matches(Matmul(), "src", "samples", "benchmarks")); // the analyzer covers src alone
    }

    [Theory]
    [InlineData("Console.WriteLine(1);", true)]
    [InlineData("x = 1; // Console.WriteLine is forbidden", false)]
    [InlineData("/// <see cref=\"Console.Out\"/>", false)]
    public void TheScanSeesCodeAndNoComments(string line, bool found) =>
        Assert.Equal(found, ConsoleUse().IsMatch(Code(line)));

    private static IEnumerable<string> Matches(Regex pattern, params string[] folders) =>
        from file in folders.SelectMany(Sources)
        from numbered in File.ReadLines(file).Select((line, i) => (Line: line, Number: i + 1))
            // Unfinished work is mostly in comments; everything else counts in code alone.
        where pattern.IsMatch(pattern == Unfinished() ? numbered.Line : Code(numbered.Line))
        select $"{Path.GetRelativePath(Root, file)}:{numbered.Number}: {numbered.Line.Trim()}";

    private static IEnumerable<string> Sources(string folder)
    {
        string[] files = [..
            from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            let parts = Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar)
            where !parts.Contains("bin") && !parts.Contains("obj")
            select file];
        Assert.NotEmpty(files);
        return files;
    }

    private static string Code(string line) => line.Split("//")[0];

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\bConsole\b")]
    private static partial Regex ConsoleUse();

    [GeneratedRegex(@"\b(set_num_threads|set_num_interop_threads|manual_seed|set_default_(dtype|device))\b")]
    private static partial Regex ProcessWideUse();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bmatmul\s*\(")]
    private static partial Regex Matmul();
}
