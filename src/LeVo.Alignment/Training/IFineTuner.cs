using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Training;

namespace LeVo.Alignment.Training;

/// <summary>Fine-tunes the model of the application on songs. Concurrent runs need run folders and output folders of
/// their own.</summary>
public interface IFineTuner
{
    /// <summary>Trains to the last step and writes a model folder.</summary>
    /// <param name="songs">Songs to learn from.</param>
    /// <param name="outputFolder">The new model folder; must not exist or be empty.</param>
    /// <param name="options">The run.</param>
    /// <param name="stage">What is trained.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current step, with a checkpoint.</param>
    Task TrainAsync(ITrainingSongs songs, string outputFolder, TrainingOptions options,
        LeLmStage stage = LeLmStage.Joint,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default);
}
