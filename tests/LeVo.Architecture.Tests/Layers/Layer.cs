namespace LeVo.Architecture.Tests.Layers;

/// <summary>A folder and the folders that its files may reference.</summary>
/// <param name="MayReference">Folders of the same assembly, or of another: <c>Core:IO</c>.</param>
internal sealed record Layer(string Folder, params string[] MayReference)
{
    /// <summary>In <see cref="MayReference"/>: all folders above this one, and all of other assemblies.</summary>
    public const string Everything = "*";

    public bool MayReferenceEverything => MayReference.Contains(Everything);
}
