using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

internal static class CodecLayers
{
    public static readonly LayerTable Table = new(
        // Sizes, options, listings of tensors, and plans: no libtorch.
        new("Model", "Core:Checkpoints", "Core:IO", "Core:Listings", "Core:Model"),
        new("Planning", "Model", "Core:Audio"),

        // One network each; none references another.
        new("Noise"),
        new("Quantization", "Model", "Core:Listings", "Core:Torch/Parameters", "Core:Torch/Tensors"),
        new("Flow", "Model", "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors"),
        new("Vae", "Model", "Noise", "Planning", "Core:Listings", "Core:Torch/Parameters", "Core:Torch/Tensors"),
        new("MusicFm", "Model", "Core:Listings", "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors"),
        new("Separation", "Model", "Planning", "Core:Listings", "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors"),

        // The networks loaded from files, and at work, window by window.
        new("Loading", "Flow", "Model", "MusicFm", "Planning", "Quantization", "Separation", "Vae", "Core:Checkpoints", "Core:Configuration",
            "Core:Listings", "Core:Model", "Core:Torch/Parameters", "Core:Torch/Tensors"),
        new("Decoding", "Flow", "Model", "Noise", "Planning", "Quantization", "Vae", "Core:Checkpoints", "Core:Generation"),
        new("Encoding", "Model", "MusicFm", "Planning", "Quantization"),

        new("(root)", Layer.Everything),
        new("DependencyInjection", "(root)", "Core:(root)", "Core:DependencyInjection", "Core:Generation",
            "Core:Hosting", "Core:Model"),

        // Nothing above references the training.
        new("Training", "Flow", "Loading", "Model", "MusicFm", "Noise", "Planning", "Quantization", "Vae", "Core:Audio", "Core:Checkpoints",
            "Core:Listings", "Core:Model", "Core:Numerics", "Core:Runtime", "Core:Tokens", "Core:Torch/Layers",
            "Core:Torch/Parameters", "Core:Torch/Tensors", "Core:Training"));

    /// <summary>Where TorchSharp may appear.</summary>
    public static readonly string[] TorchFolders = ["Noise", "Quantization", "Flow", "Vae", "MusicFm", "Separation", "Loading",
        "Decoding", "Encoding", "(root)", "Training"];
}
