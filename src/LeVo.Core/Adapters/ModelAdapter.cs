namespace LeVo.Core.Adapters;

/// <summary>A LoRA adapter that is added to a model's weights when the model is loaded.</summary>
/// <param name="Path">The folder of <c>adapter_model.safetensors</c> and <c>adapter_config.json</c>, or the safetensors file,
/// beside which the configuration lies; in the format of <c>peft</c>.</param>
/// <param name="Scale">Factor of the adapter, in addition to its own scale; 1 as it was trained.</param>
public sealed record ModelAdapter(string Path, double Scale = 1);
