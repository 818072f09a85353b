using LeVo.Alignment.Preferences;
using LeVo.Core.Training;

namespace LeVo.Alignment.Dpo;

/// <summary>
/// Aligns a model with preference pairs (paper, section 3.5). Concurrent runs must use different run folders and
/// output paths.
/// </summary>
public interface IPreferenceTrainer
{
    /// <summary>Trains to the last step and writes all weights of LeLM.</summary>
    /// <param name="startPath">The checkpoint to start from, which is also the reference.</param>
    /// <param name="outputPath">The file to write the aligned weights to.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="options">The training options.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default);
}
