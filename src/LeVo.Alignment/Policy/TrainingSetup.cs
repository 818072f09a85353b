using LeVo.Core;

namespace LeVo.Alignment.Policy;

/// <summary>Where and how a model is held while it is trained; docs/fine-tuning.md lists the memory that each
/// choice needs.</summary>
public sealed record TrainingSetup
{
    /// <summary>Where it computes: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>. Never guessed.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Type of the weights that compute; with <see cref="ModelPrecision.BFloat16"/> the trained ones have
    /// float32 master copies.</summary>
    public ModelPrecision Precision { get; init; }

    /// <summary>Computes the layers' activations again for the gradients instead of keeping them: a third more time, a
    /// fraction of the memory.</summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>Trains adapters instead of the weights; null trains the weights.</summary>
    public LoraOptions? Lora { get; init; }
}
