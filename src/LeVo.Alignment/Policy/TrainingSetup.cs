using LeVo.Core;

namespace LeVo.Alignment.Policy;

/// <summary>
/// Device, precision and adapters of a model in training. See docs/fine-tuning.md for the memory that each choice
/// needs.
/// </summary>
public sealed record TrainingSetup
{
    /// <summary>The device: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>. It is not detected automatically.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>
    /// Element type of the weights; with <see cref="ModelPrecision.BFloat16"/>, trained weights have float32 master
    /// copies. Null for <see cref="ModelPrecision.BFloat16"/> on CUDA and <see cref="ModelPrecision.Float32"/> elsewhere.
    /// </summary>
    public ModelPrecision? Precision { get; init; }

    /// <summary>
    /// Whether to recompute the layers' activations in the backward pass instead of storing them, which takes about a
    /// third more time and much less memory.
    /// </summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>The adapters to train instead of the weights; null to train the weights.</summary>
    public LoraOptions? Lora { get; init; }

    /// <summary>The precision in effect.</summary>
    internal ModelPrecision EffectivePrecision => Precision
        ?? (Device.StartsWith("cuda", StringComparison.Ordinal) ? ModelPrecision.BFloat16 : ModelPrecision.Float32);
}
