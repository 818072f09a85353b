using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;

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

    /// <summary>Songs, or pairs, of one batch.</summary>
    public int BatchSize { get; set; } = 2;
}
