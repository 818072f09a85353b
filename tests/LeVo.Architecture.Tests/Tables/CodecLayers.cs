using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

internal static class CodecLayers
{
    public static readonly LayerTable Table = new(
        // Files, sizes, options and plans: no libtorch.
        new("Model", "Core:Audio", "Core:Checkpoints", "Core:Configuration", "Core:IO", "Core:Listings", "Core:Model",
            "Core:Tokens"),
        new("Planning", "Model", "Core:Audio"),

        // One network each; none references another.
        new("Noise", "Core:Numerics"),
        new("Quantization", "Model", "Core:Listings", "Core:Torch/Layers", "Core:Torch/Parameters",
            "Core:Torch/Tensors"),
        new("Flow", "Model", "Core:Listings", "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors"),
        new("Vae", "Model", "Noise", "Core:Listings", "Core:Torch/Layers", "Core:Torch/Parameters",
            "Core:Torch/Tensors"),
        new("MusicFm", "Model", "Core:Listings", "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors"),

        // The networks loaded from files, then at work, window by window.
        new("Loading", "Flow", "Model", "MusicFm", "Quantization", "Vae", "Core:Checkpoints", "Core:Listings",
            "Core:Torch/Parameters"),
        new("Decoding", "Flow", "Model", "Noise", "Planning", "Quantization", "Vae"),
        new("Encoding", "Model", "MusicFm", "Planning", "Quantization", "Core:Audio"),

        new("(root)", Layer.Everything),
        new("DependencyInjection", "(root)", "Core:(root)", "Core:DependencyInjection", "Core:Generation"),

        // Nothing above references the training.
        new("Training", "Flow", "Loading", "Model", "MusicFm", "Noise", "Planning", "Quantization", "Vae",
            "Core:Audio", "Core:Checkpoints", "Core:Listings", "Core:Numerics", "Core:Runtime", "Core:Tokens",
            "Core:Torch/Layers", "Core:Torch/Parameters", "Core:Torch/Tensors", "Core:Training"));

    /// <summary>Where TorchSharp may appear.</summary>
    public static readonly string[] TorchFolders = ["Noise", "Quantization", "Flow", "Vae", "MusicFm", "Loading",
        "Decoding", "Encoding", "(root)", "Training"];
}
