using LeVo.Alignment.Data;

namespace LeVo.Alignment.Preferences;

/// <summary>Scores songs for one strategy.</summary>
public interface IPreferenceScorer
{
    /// <summary>The strategy: one of <see cref="PreferenceStrategies"/> or a host's own name.</summary>
    string Strategy { get; }

    /// <summary>Names the scorer and its version, for the pairs' provenance.</summary>
    string Name { get; }

    /// <summary>How good the song is; higher is better, comparable between songs of one condition.</summary>
    /// <exception cref="ArgumentException">The sample lacks what this scorer needs.</exception>
    Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default);
}
