using LeVo.Architecture.Tests.Layers;

namespace LeVo.Architecture.Tests.Tables;

internal static class CoreLayers
{
    public static readonly LayerTable Table = new(
        // Ground: files, texts, tokens, the model's description. No engine, no libtorch.
        new("IO"),
        new("Runtime", "IO"),
        new("Numerics"),
        new("Configuration", "IO"),
        new("Threading"),
        new("Audio/Flac"),
        new("Audio", "Audio/Flac", "IO", "Threading"),
        new("Checkpoints", "IO"),
        new("Tokens", "Checkpoints", "IO"),
        new("Text", "IO", "Tokens"),
        new("Listings", "Checkpoints"),
        new("Model", "Checkpoints", "Configuration", "IO", "Listings", "Text", "Tokens"),
        new("Conditioning", "Model", "Text", "Tokens"),
        new("Adapters", "Checkpoints", "IO", "Listings", "Model"),

        // Engines: the interface, then one group of folders for each engine.
        new("Engines", "Conditioning", "Model"),

        new("Cpu/Kernels"),
        new("Cpu/Weights", "Adapters", "Checkpoints", "Cpu/Kernels", "IO", "Listings", "Model"),
        new("Cpu", "Conditioning", "Cpu/Kernels", "Cpu/Weights", "Engines", "Listings", "Model"),

        new("Torch/Tensors", "Checkpoints", "Runtime"),
        new("Torch/Parameters", "Adapters", "Checkpoints", "Listings", "Model", "Numerics", "Torch/Tensors"),
        new("Torch/Layers", "Listings", "Torch/Parameters", "Torch/Tensors"),
        new("Torch/Conditions", "Conditioning", "Listings", "Model", "Torch/Layers", "Torch/Parameters",
            "Torch/Tensors"),
        new("Torch/LanguageModel", "Adapters", "Checkpoints", "Conditioning", "Engines", "Listings", "Model", "Runtime", "Tokens",
            "Torch/Conditions", "Torch/Layers", "Torch/Parameters", "Torch/Tensors"),

        // Generation sees an engine through the interface alone.
        new("Generation", "Adapters", "Audio", "Conditioning", "Engines", "IO", "Model", "Numerics", "Runtime", "Text",
            "Threading", "Tokens"),
        // Audio prompts: recordings and drawn ones.
        new("Prompts", "Audio", "Checkpoints", "Generation", "IO", "Model", "Numerics", "Text", "Tokens"),
        // Parts in memory only while they are needed; what loading a model would take.
        new("Residency", "Conditioning", "Engines", "Model", "Runtime"),
        new("Inspection", "Checkpoints", "Cpu/Kernels"),
        new("Training", "Checkpoints", "Conditioning", "Model", "Runtime", "Torch/Layers", "Torch/Tensors"),
        new("(root)", Layer.Everything),
        // Models in a host: options, loading, health.
        new("Hosting", "(root)", "Adapters", "Generation", "Text", "Threading", "Tokens"),
        new("DependencyInjection", "(root)", "Generation", "Hosting", "Prompts"));

    /// <summary>Where TorchSharp may appear.</summary>
    public static readonly string[] TorchFolders = ["Runtime", "Torch/Tensors", "Torch/Parameters", "Torch/Layers",
        "Torch/Conditions", "Torch/LanguageModel", "Training"];
}
