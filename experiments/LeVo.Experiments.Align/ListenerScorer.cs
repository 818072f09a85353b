using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;

namespace LeVo.Experiments.Align;

/// <summary>A strategy's score of what the recognisers found in a song.</summary>
/// <param name="strategy">The strategy.</param>
/// <param name="score">Its score.</param>
/// <param name="heard">What was found in a song.</param>
internal sealed class ListenerScorer(string strategy, Func<Heard, double> score, Func<SongSample, Heard> heard)
    : IPreferenceScorer
{
    public string Strategy => strategy;

    public string Name => "MiniScorer";

    public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default) =>
        Task.FromResult(score(heard(sample)));
}
