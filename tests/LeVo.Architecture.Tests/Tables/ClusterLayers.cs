using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

internal static class ClusterLayers
{
    public static readonly LayerTable Table = new(
        // What a queue and a worker are; no broker.
        new("Work", "Core:IO"),
        new("Nats", "Work"),
        new("Mpi", "Core:Training"),
        new("Songs", "Work", "Alignment:Data", "Alignment:Policy", "Alignment:Preferences", "Alignment:Sampling", "Core:Conditioning",
            "Core:Generation", "Core:IO", "Core:Model", "Core:Text", "Core:Threading", "Core:Tokens"),
        new("DependencyInjection", "Nats", "Work"));

    /// <summary>Where TorchSharp may appear.</summary>
    public static readonly string[] TorchFolders = ["Mpi"];
}
