using LeVo.Architecture.Tests.Layers;
using LeVo.Architecture.Tests.Sources;
using LeVo.Testing;

namespace LeVo.Architecture.Tests.Tables;

/// <summary>One of the assemblies in src, with the rules for its folders.</summary>
/// <param name="TorchFolders">Where TorchSharp may appear.</param>
/// <param name="FewestFolders">How many folders the sources must have at least.</param>
internal sealed record CheckedAssembly(SourceAssembly Sources, LayerTable Layers, IReadOnlyList<string> TorchFolders,
    int FewestFolders)
{
    private static readonly SourceAssembly Core = Read("LeVo.Core"), Alignment = Read("LeVo.Alignment", Core);

    public static IReadOnlyDictionary<string, CheckedAssembly> All { get; } = new CheckedAssembly[]
    {
        new(Core, CoreLayers.Table, CoreLayers.TorchFolders, FewestFolders: 15),
        new(Read("LeVo.Codec", Core), CodecLayers.Table, CodecLayers.TorchFolders, FewestFolders: 10),
        new(Alignment, AlignmentLayers.Table, AlignmentLayers.TorchFolders, FewestFolders: 9),
        new(Read("LeVo.Alignment.Whisper", Core, Alignment), ListenerLayers.Table, [], FewestFolders: 1),
        new(Read("LeVo.Alignment.Onnx", Core, Alignment), ListenerLayers.Table, [], FewestFolders: 1),
        new(Read("LeVo.Cluster", Core, Alignment), ClusterLayers.Table, ClusterLayers.TorchFolders, FewestFolders: 5),
    }.ToDictionary(assembly => assembly.Sources.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    private static SourceAssembly Read(string name, params SourceAssembly[] references)
    {
        string root = Path.Combine(Repository.Root, "src");
        var files =
            from file in Directory.EnumerateFiles(Path.Combine(root, name), "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/')
            where path.Split('/')[1] is not ("bin" or "obj")
            select KeyValuePair.Create(path, File.ReadAllText(file));
        return new(name, files.ToDictionary(), references);
    }
}
