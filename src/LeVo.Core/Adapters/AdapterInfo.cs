namespace LeVo.Core.Adapters;

/// <summary>An adapter of a loaded model.</summary>
/// <param name="Name">Name of its folder, or of its file where that is not <c>adapter_model.safetensors</c>.</param>
/// <param name="Scale">The factor that it was loaded with.</param>
/// <param name="Hash">A hash of its content.</param>
public sealed record AdapterInfo(string Name, double Scale, string Hash);
