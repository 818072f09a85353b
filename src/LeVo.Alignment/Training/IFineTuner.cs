using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Runtime;
using LeVo.Core.Training;

namespace LeVo.Alignment.Training;

/// <summary>
/// Fine-tunes the application's model on songs. Concurrent runs must use different run folders and output folders.
/// </summary>
public interface IFineTuner
{
    /// <summary>Trains to the last step and writes a model folder.</summary>
    /// <param name="songs">The training songs.</param>
    /// <param name="outputFolder">The new model folder; must not exist or be empty.</param>
    /// <param name="options">The training options.</param>
    /// <param name="stage">The training stage.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step and writes a checkpoint.</param>
    /// <exception cref="LeVoOutOfMemoryException">The memory is not sufficient; the message names the settings that need less, with
    /// which the run continues from its checkpoint.</exception>
    Task TrainAsync(ITrainingSongs songs, string outputFolder, TrainingOptions options,
        LeLmStage stage = LeLmStage.Joint,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default);
}
