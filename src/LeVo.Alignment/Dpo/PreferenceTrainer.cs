using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Core.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Alignment.Dpo;

/// <summary>The preference trainer of a model folder. Thread-safe.</summary>
internal sealed class PreferenceTrainer(TrainableModel model, DpoTrainer trainer, ILogger? logger = null)
    : IPreferenceTrainer
{
    /// <inheritdoc/>
    public Task TrainAsync(IReadOnlyList<PreferencePair> pairs, string outputFolder, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs.Count, 1);
        return model.TrainFolderAsync(outputFolder, options, (weights, log) =>
            trainer.Train(model.WeightsPath, weights, pairs, options, log, cancellationToken),
            logger ?? NullLogger.Instance, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default) =>
        trainer.Train(startPath, outputPath, pairs, options, progress, cancellationToken);
}
