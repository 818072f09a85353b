namespace LeVo.Architecture.Tests.Sources;

/// <summary>A folder of an assembly's sources, such as <c>Torch/Layers</c> of <c>LeVo.Core</c>.</summary>
internal readonly record struct Folder(string Assembly, string Path)
{
    public const string Root = "(root)";

    /// <summary>The folder of a source file; the path begins with the assembly: <c>LeVo.Core/IO/Files.cs</c>.</summary>
    public static Folder Of(string file)
    {
        string[] parts = file.Split('/');
        return new(parts[0], parts.Length == 2 ? Root : string.Join('/', parts[1..^1]));
    }

    /// <summary>In a table of <paramref name="assembly"/>: <c>IO</c>, or <c>Core:IO</c> from another one.</summary>
    public string NameIn(string assembly) => assembly == Assembly ? Path : $"{Assembly.Replace("LeVo.", "")}:{Path}";
}
