using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Core.Generation;

namespace LeVo.Alignment;

/// <summary>How the services of <c>AddAlignment</c> work.</summary>
public sealed class AlignmentOptions
{
    /// <summary>Folder of the preference store.</summary>
    public string StorePath { get; set; } = "preferences";

    /// <summary>The loss of preference optimisation.</summary>
    public DpoOptions Dpo { get; set; } = new();

    /// <summary>Where and how the model is held while it is trained.</summary>
    public TrainingSetup Setup { get; set; } = new();

    /// <summary>Songs, or pairs, of one training batch.</summary>
    public int BatchSize { get; set; } = 2;

    /// <summary>How tokens of sampled songs are picked; what is null has the model folder's value. The tracks take their most probable codes unless
    /// <see cref="GenerationOptions.TopP"/> is set; samples that are equal make no pairs.</summary>
    public GenerationOptions Sampling { get; set; } = new();

    /// <summary>Songs that are sampled at the same time.</summary>
    public int SamplingBatchSize { get; set; } = 32;
}
