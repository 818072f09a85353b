using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

/// <summary>Assemblies of one folder that implement interfaces of LeVo.Alignment with other libraries.</summary>
internal static class ListenerLayers
{
    public static readonly LayerTable Table = new(new Layer("(root)", Layer.Everything));
}
