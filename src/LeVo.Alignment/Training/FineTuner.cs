using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Core.Runtime;
using LeVo.Core.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Alignment.Training;

/// <summary>The fine-tuner of a model folder.</summary>
internal sealed class FineTuner(TrainableModel model, TrainingSetup? setup = null, ILogger? logger = null) : IFineTuner
{
    /// <summary>Songs per batch.</summary>
    public int BatchSize { get; init; } = 2;

    /// <inheritdoc/>
    /// <exception cref="IOException">The output folder is not empty.</exception>
    public Task TrainAsync(ITrainingSongs songs, string outputFolder, TrainingOptions options,
        LeLmStage stage = LeLmStage.Joint, IProgress<TrainingReport>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(songs);
        return model.TrainFolderAsync(outputFolder, options, (weights, log) =>
            new LeLmTrainer(model.Config, model.TokenizerFolder, options)
            {
                BatchSize = BatchSize,
                Setup = setup ?? new(),
                DrawsPrompts = true,
            }.Train(stage, model.WeightsPath, weights, songs, [], log, cancellationToken),
            logger ?? NullLogger.Instance, progress, cancellationToken);
    }
}
