using System.Text.RegularExpressions;
using LeVo.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LeVo.Architecture.Tests;

/// <summary>The programs of the documents compile with exactly the usings that stand below them.</summary>
public sealed partial class DocumentProgramTests
{
    /// <summary>What the SDK adds to an application.</summary>
    private const string FromTheSdk = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] References = [..
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        select MetadataReference.CreateFromFile(path)];

    public static TheoryData<string, string> Programs => new(
        // What the application provides.
        ("README.md", ""),
        ("docs/scale.md", ""),
        ("docs/fine-tuning.md", "ITranscriber transcriber = null!; IPhonemizer phonemizer = null!; string[] lyrics = [];"),
        ("docs/alignment.md", "string path = \"\", output = \"\"; ITranscriber transcriber = null!; string[] lyrics = [], heldOut = []; "
            + "PairSelection selection = new(); TrainingOptions training = null!;"));

    [Theory, MemberData(nameof(Programs))]
    public void ProgramsCompileWithTheirUsings(string document, string provided)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, document)).ReplaceLineEndings("\n");
        Match[] programs = [.. Program().Matches(text).Cast<Match>()];
        Assert.NotEmpty(programs);
        Findings.AssertNone([..
            from program in programs
            from finding in Compile(program.Groups["usings"].Value, program.Groups["code"].Value,
                program.Groups["code"].Value.Contains("transcriber", StringComparison.Ordinal) ? provided : "")
            select $"{document}: {finding}"]);
    }

    [Fact]
    public void AMissingAndASuperfluousUsingAreFound()
    {
        Assert.Contains("CS0103", string.Join(' ', Compile("", "Console.WriteLine(Path2.X);", "")));
        Assert.Contains("CS8019", string.Join(' ', Compile("using LeVo.Core.Audio;", "Console.WriteLine();", "")));
    }

    private static string[] Compile(string usings, string code, string provided)
    {
        var compilation = CSharpCompilation.Create("Program",
            [Parse(FromTheSdk), Parse($"{usings}\n{provided}\n{code}")], References,
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return [..
            from diagnostic in compilation.GetDiagnostics()
            where diagnostic.Severity == DiagnosticSeverity.Error
                || (diagnostic.Id == "CS8019" && !diagnostic.Location.SourceTree!.ToString().StartsWith("global", StringComparison.Ordinal))
            select $"{diagnostic.Id} {diagnostic.GetMessage(null)}"];

        static SyntaxTree Parse(string source) => CSharpSyntaxTree.ParseText(source, new(LanguageVersion.Latest));
    }

    /// <summary>A program, and below it the usings in parentheses.</summary>
    [GeneratedRegex("""^```csharp\n(?<code>(?:(?!^```).*\n)+)```\n\n\(`(?<usings>using [^`]+)`\)""", RegexOptions.Multiline)]
    private static partial Regex Program();
}
