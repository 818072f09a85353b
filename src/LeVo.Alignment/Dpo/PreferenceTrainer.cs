using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Core.Training;

namespace LeVo.Alignment.Dpo;

/// <summary>The preference trainer of a model folder. Thread-safe.</summary>
internal sealed class PreferenceTrainer(TrainableModel model, DpoTrainer trainer) : IPreferenceTrainer
{
    /// <inheritdoc/>
    public Task TrainAsync(IReadOnlyList<PreferencePair> pairs, string outputFolder, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs.Count, 1);
        return model.TrainFolderAsync(outputFolder, options, weights => trainer.Train(
            model.WeightsPath, weights, pairs, options, progress, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public void Train(string startPath, string outputPath, IReadOnlyList<PreferencePair> pairs, TrainingOptions options,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default) =>
        trainer.Train(startPath, outputPath, pairs, options, progress, cancellationToken);
}
