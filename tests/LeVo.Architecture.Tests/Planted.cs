using LeVo.Architecture.Tests.Sources;

namespace LeVo.Architecture.Tests;

/// <summary>Assemblies of a few small files, written in a test.</summary>
internal static class Planted
{
    /// <param name="files">Paths begin with the folder: <c>IO/Files.cs</c>.</param>
    public static SourceAssembly Assembly(params (string Path, string Text)[] files) => Assembly("Planted", [], files);

    public static SourceAssembly Assembly(string name, SourceAssembly[] references,
        params (string Path, string Text)[] files) =>
        new(name, files.ToDictionary(file => $"{name}/{file.Path}", file => file.Text), references);
}
