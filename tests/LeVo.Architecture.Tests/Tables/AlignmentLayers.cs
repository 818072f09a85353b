using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

internal static class AlignmentLayers
{
    public static readonly LayerTable Table = new(
        new("Data", "Core:Audio", "Core:Checkpoints", "Core:Conditioning", "Core:Generation", "Core:Text", "Core:Tokens"),
        // LeLM in training, with adapters.
        new("Policy", "Data", "Core:(root)", "Core:Adapters", "Core:Checkpoints", "Core:Conditioning", "Core:Generation",
            "Core:Listings", "Core:Model", "Core:Runtime", "Core:Text", "Core:Threading", "Core:Tokens", "Core:Torch/LanguageModel",
            "Core:Torch/Parameters",
            "Core:Torch/Tensors", "Core:Training"),
        new("Sampling", "Data", "Policy", "Core:(root)", "Core:Conditioning", "Core:Generation", "Core:Model", "Core:Threading",
            "Core:Tokens", "Core:Torch/Conditions", "Core:Torch/LanguageModel", "Core:Torch/Tensors"),
        new("Training", "Data", "Policy", "Sampling", "Core:Conditioning", "Core:Generation", "Core:Model", "Core:Numerics",
            "Core:Runtime", "Core:Tokens", "Core:Torch/Conditions", "Core:Torch/LanguageModel", "Core:Torch/Layers",
            "Core:Torch/Tensors", "Core:Training"),
        new("Preferences", "Data", "Core:Audio", "Core:Conditioning", "Core:Text", "Core:Tokens"),

        // One idea each.
        new("Phonemes", "Preferences", "Core:Text"),
        new("Evaluation", "Data", "Preferences", "Core:Audio", "Core:Conditioning", "Core:IO", "Core:Tokens"),
        new("Rewards", "Preferences", "Core:Checkpoints", "Core:Conditioning", "Core:Listings", "Core:Numerics",
            "Core:Runtime", "Core:Tokens", "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors",
            "Core:Training"),
        new("Dpo", "Data", "Policy", "Preferences", "Sampling", "Training", "Core:Checkpoints", "Core:Conditioning",
            "Core:IO", "Core:Model", "Core:Numerics", "Core:Runtime", "Core:Threading", "Core:Tokens", "Core:Torch/Conditions",
            "Core:Torch/LanguageModel", "Core:Torch/Tensors", "Core:Training"),
        new("Blending", "Core:Checkpoints", "Core:Model", "Core:Torch/Tensors"),

        new("(root)", Layer.Everything),
        new("DependencyInjection", "(root)", "Dpo", "Evaluation", "Phonemes", "Policy", "Preferences", "Sampling", "Training", "Core:(root)",
            "Core:DependencyInjection", "Core:Generation", "Core:Hosting"));

    /// <summary>Where TorchSharp may appear.</summary>
    public static readonly string[] TorchFolders = ["Policy", "Sampling", "Training", "Rewards", "Dpo", "Blending"];
}
