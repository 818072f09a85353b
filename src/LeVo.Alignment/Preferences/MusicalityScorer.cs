using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>Strategy 3 (paper, section 3.5): the reward predicted by a model trained on human rankings.</summary>
internal sealed class MusicalityScorer(IRewardModel model) : IPreferenceScorer
{
    /// <inheritdoc/>
    public string Strategy => PreferenceStrategies.Musicality;

    /// <inheritdoc/>
    public string Name => $"reward({model.GetType().Name})";

    /// <inheritdoc/>
    public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(model.Score(sample.Condition, sample.Tokens));
    }
}
