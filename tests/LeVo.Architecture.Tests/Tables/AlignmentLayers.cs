using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

internal static class AlignmentLayers
{
    public static readonly LayerTable Table = new(
        new("Data", "Core:Audio", "Core:Checkpoints", "Core:Conditioning", "Core:Generation", "Core:IO", "Core:Model",
            "Core:Text", "Core:Tokens"),
        // LeLM in training, with adapters.
        new("Policy", "Core:Checkpoints", "Core:Conditioning", "Core:Listings", "Core:Model", "Core:Tokens",
            "Core:Torch/Conditions", "Core:Torch/LanguageModel", "Core:Torch/Layers", "Core:Torch/Parameters",
            "Core:Torch/Tensors"),
        new("Sampling", "Policy", "Core:Conditioning", "Core:Engines", "Core:Generation", "Core:Model", "Core:Tokens",
            "Core:Torch/Conditions", "Core:Torch/LanguageModel"),
        new("Training", "Data", "Policy", "Sampling", "Core:Checkpoints", "Core:Conditioning", "Core:IO", "Core:Model",
            "Core:Runtime", "Core:Tokens", "Core:Torch/LanguageModel", "Core:Torch/Layers", "Core:Training"),
        new("Preferences", "Core:Audio", "Core:Conditioning", "Core:IO", "Core:Tokens"),

        // One idea each.
        new("Rewards", "Preferences", "Core:Checkpoints", "Core:Listings", "Core:Numerics", "Core:Tokens",
            "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors", "Core:Training"),
        new("Dpo", "Policy", "Preferences", "Sampling", "Training", "Core:Checkpoints", "Core:Conditioning", "Core:IO",
            "Core:Model", "Core:Numerics", "Core:Tokens", "Core:Torch/LanguageModel", "Core:Training"),
        new("Blending", "Core:Checkpoints", "Core:Model"),

        new("(root)", Layer.Everything),
        new("DependencyInjection", "(root)", "Dpo", "Preferences", "Sampling", "Training", "Core:(root)",
            "Core:DependencyInjection"));

    /// <summary>Where TorchSharp may appear.</summary>
    public static readonly string[] TorchFolders = ["Policy", "Sampling", "Training", "Rewards", "Dpo", "Blending"];
}
