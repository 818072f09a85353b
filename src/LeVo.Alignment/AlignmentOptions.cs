using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Core.Generation;

namespace LeVo.Alignment;

/// <summary>Options of the services added by <c>AddAlignment</c>.</summary>
public sealed class AlignmentOptions
{
    /// <summary>Folder of the preference store.</summary>
    public string StorePath { get; set; } = "preferences";

    /// <summary>The loss of preference optimisation.</summary>
    public DpoOptions Dpo { get; set; } = new();

    /// <summary>Device, precision and adapters of the model in training.</summary>
    public TrainingSetup Setup { get; set; } = new();

    /// <summary>Songs or pairs per training batch.</summary>
    public int BatchSize { get; set; } = 2;

    /// <summary>
    /// The sampling options of sampled songs; null settings use the model folder's values. The tracks always use
    /// their most probable codes unless <see cref="GenerationOptions.TopP"/> is set. Identical samples do not form
    /// pairs.
    /// </summary>
    public GenerationOptions Sampling { get; set; } = new();

    /// <summary>
    /// Number of songs that are sampled concurrently at most; fewer where the free memory does not hold their caches.
    /// </summary>
    public int SamplingBatchSize { get; set; } = 32;
}
