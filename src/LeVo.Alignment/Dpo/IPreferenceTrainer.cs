using LeVo.Alignment.Preferences;
using LeVo.Core.Runtime;
using LeVo.Core.Training;

namespace LeVo.Alignment.Dpo;

/// <summary>
/// Aligns a model with preference pairs (paper, section 3.5). Concurrent runs must use different run folders and
/// output paths.
/// </summary>
public interface IPreferenceTrainer
{
    /// <summary>Aligns the application's model: trains to the last step and writes a model folder. The model is also the
    /// reference.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="outputFolder">The new model folder; must not exist or be empty.</param>
    /// <param name="options">The training options.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    /// <exception cref="LeVoOutOfMemoryException">The memory is not sufficient; the message names the settings that need less, with
    /// which the run continues from its checkpoint.</exception>
    /// <exception cref="IOException">The output folder is not empty.</exception>
    Task TrainAsync(IReadOnlyList<PreferencePair> pairs, string outputFolder, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Trains any weights to the last step, on the calling thread, and writes all weights of LeLM.</summary>
    /// <param name="startPath">The checkpoint to start from, which is also the reference.</param>
    /// <param name="outputPath">The file to write the aligned weights to.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="options">The training options.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default);
}
