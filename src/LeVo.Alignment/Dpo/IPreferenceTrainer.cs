using LeVo.Alignment.Preferences;
using LeVo.Core.Training;

namespace LeVo.Alignment.Dpo;

/// <summary>Aligns a model with preference pairs. Concurrent runs need run folders and output paths of their own.</summary>
public interface IPreferenceTrainer
{
    /// <summary>Trains to the last step and writes all weights of LeLM.</summary>
    /// <param name="startPath">The checkpoint to start from; it is the reference too.</param>
    /// <param name="outputPath">Where the aligned weights go.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="options">The run.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default);
}
