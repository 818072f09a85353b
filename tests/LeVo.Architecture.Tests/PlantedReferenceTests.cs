using LeVo.Architecture.Tests.Layers;
using LeVo.Architecture.Tests.Sources;

namespace LeVo.Architecture.Tests;

/// <summary>The checks of <see cref="LayerTests"/> find what is planted in a few small files.</summary>
public sealed class PlantedReferenceTests
{
    private static readonly LayerTable Table =
        new(new("Lower"), new("Upper", "Lower"), new("Middle", Layer.Everything));

    /// <summary>What the planted files of <c>Lower</c> refer to, against the table.</summary>
    private const string Upper = """
        namespace Planted.Upper;
        public sealed class Engine(int size) : Planted.Lower.Base
        {
            public const int Limit = 3;
            public int Size => size;
            public int this[string name] => name.Length;
            public static Engine operator +(Engine left, Engine right) => left;
        }
        public static class Extensions
        {
            public static int Doubled(this int value) => 2 * value;
            extension(string text)
            {
                public int Words => text.Length;
            }
        }
        [System.AttributeUsage(System.AttributeTargets.All)]
        public sealed class MarkAttribute : System.Attribute;
        """;

    /// <summary>Hands out types of <c>Upper</c> to files that do not name them.</summary>
    private const string Middle = """
        namespace Planted.Middle;
        public static class Maker
        {
            public static System.Collections.Generic.List<Planted.Upper.Engine[]> Make() => [];
            public static (int, Planted.Upper.Engine) Pair() => (1, new(1));
        }
        """;

    [Theory]
    [InlineData("class A { int F() { object engine = new Planted.Upper.Engine(1); return 1; } }", "Engine")]
    [InlineData("using Planted.Upper; class A { int F() => 1.Doubled(); }", "int.Doubled()")]
    [InlineData("using Planted.Upper; class A { int F() => \"\".Words; }", "Extensions.extension(string).Words")]
    [InlineData("using static Planted.Upper.Engine; class A { int F() => Limit; }", "Engine")]
    [InlineData("using Alias = Planted.Upper.Engine; class A;", "Engine")]
    [InlineData("class A { void F() { var engines = Planted.Middle.Maker.Make(); } }", "Engine")]
    [InlineData("class A { void F() { foreach (var engine in Planted.Middle.Maker.Make()[0]) { } } }", "Engine")]
    [InlineData("class A { void F() { var (count, engine) = Planted.Middle.Maker.Pair(); } }", "Engine")]
    [InlineData("class A { object F() => Planted.Middle.Maker.Make().Select(engines => engines); }", "Engine")]
    [InlineData("class A { object F() => Planted.Middle.Maker.Make()[0].Select(e => e.Size); }", "Engine.Size")]
    [InlineData("class A { object F() => Planted.Middle.Maker.Make()[0][0][\"a\"]; }", "Engine.this[string]")]
    [InlineData("class A { void F() => Planted.Middle.Maker.Make()[0][0] = new(1); }", "Engine.Engine(int)")]
    [InlineData("class A { object F() => Planted.Middle.Maker.Make() is [[{ Size: 1 }]]; }", "Engine.Size")]
    [InlineData("class A { object F(System.Collections.Generic.List<Planted.Upper.Engine> list) => list; }", "Engine")]
    [InlineData("[Planted.Upper.Mark] class A;", "MarkAttribute.MarkAttribute()")]
    [InlineData("class A { string F() => nameof(Planted.Upper.Engine); }", "Engine")]
    [InlineData("class A : Planted.Lower.IOf<Planted.Upper.Engine>;", "Engine")]
    public void AForbiddenReferenceIsFound(string code, string symbol)
    {
        SourceAssembly assembly = Planted.Assembly(("Lower/File.cs", code), ("Upper/Engine.cs", Upper),
            ("Middle/Maker.cs", Middle),
            ("Lower/Base.cs", "namespace Planted.Lower; public class Base; public interface IOf<T>;"));
        Assert.Empty(UnresolvedNames.In(assembly));
        Assert.Contains($"    src/Planted/Lower/File.cs:1: {symbol}\n",
            Reference.Describe(Table.Forbidden(Reference.AllOf(assembly))));
    }

    [Fact]
    public void AReferenceInADocumentationCommentDoesNotCount()
    {
        SourceAssembly assembly = Planted.Assembly(
            ("Lower/File.cs", "using Planted.Upper;\n/// <summary><see cref=\"Engine\"/></summary>\nclass A;"),
            ("Upper/Engine.cs", "namespace Planted.Upper; class Engine;"));
        Assert.Empty(Reference.AllOf(assembly));
    }

    [Fact]
    public void ACircleIsFound()
    {
        SourceAssembly assembly = Planted.Assembly(
            ("One/A.cs", "namespace Planted; class A { int F() => new B().Value; }"),
            ("Two/B.cs", "namespace Planted; class B { public int Value => C.Value; }"),
            ("Three/C.cs", "namespace Planted; class C { public static int Value => typeof(A).Name.Length; }"),
            ("Four/D.cs", "namespace Planted; class D : C;"));
        IReadOnlyList<Reference> references = Reference.AllOf(assembly);
        IReadOnlyList<IReadOnlyList<string>> groups = Circles.Groups(assembly.Folders, references);
        Assert.Equal(2, groups.Count);
        Assert.Equal(["One", "Three", "Two"], groups[0].Order(StringComparer.Ordinal));
        Assert.Equal(["Four"], groups[1]);
        // No order of the rows allows it.
        var table = new LayerTable(new("One", "Two"), new("Two", "Three"), new("Three", "One"), new("Four", "Three"));
        Assert.Equal(["One -> Two", "Two -> Three"], table.Misplaced);
    }

    [Fact]
    public void ATableIsComparedWithTheFolders()
    {
        SourceAssembly assembly = Planted.Assembly(
            ("A.cs", "class A { object F() => new B(); }"), ("Lower/B.cs", "class B;"));
        var table = new LayerTable(new("Middle"), new("Lower", "Middle"), new("Lower"));
        Assert.Equal(["(root) is not in the table", "Middle is in the table alone", "Lower has two rows"],
            table.Unmatched(assembly));
        Assert.Equal(["Lower -> Middle"], table.Unused(Reference.AllOf(assembly)));
    }

    [Fact]
    public void AReferenceIntoAnotherAssemblyIsNamedAfterItsFolder()
    {
        SourceAssembly core = Planted.Assembly("LeVo.Core", [],
            ("IO/Files.cs", "namespace LeVo.Core; internal class Files;"));
        SourceAssembly codec = Planted.Assembly("LeVo.Codec", [core],
            ("Model/File.cs", "class File { object F() => new LeVo.Core.Files(); }"),
            ("Codec.cs", "class Codec : File;"));
        Assert.Equal([("(root)", "Model"), ("Model", "Core:IO")],
            Reference.AllOf(codec).Select(reference => (reference.From, reference.To)));
    }

    [Fact]
    public void ANameWithoutADeclarationIsFound() => Assert.Equal(["src/Planted/A.cs:1: Missing"],
        UnresolvedNames.In(Planted.Assembly(("A.cs", "class A { object F() => new Missing(); }"))));
}
