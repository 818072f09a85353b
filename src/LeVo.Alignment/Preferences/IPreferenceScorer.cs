using LeVo.Alignment.Data;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>Scores songs for one preference strategy (paper, section 3.5).</summary>
public interface IPreferenceScorer
{
    /// <summary>The strategy: one of <see cref="PreferenceStrategies"/> or an application-defined name.</summary>
    string Strategy { get; }

    /// <summary>The name and version of the scorer, for the pairs' provenance.</summary>
    string Name { get; }

    /// <summary>The sound that the scorer reads, for <see cref="SongSample.DecodeAsync"/>; none if it reads the tokens
    /// alone.</summary>
    IReadOnlyList<SongPart> Parts => [];

    /// <summary>Scores a song; higher is better. Scores are comparable between songs of the same condition.</summary>
    /// <param name="sample">The song.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The score.</returns>
    /// <exception cref="ArgumentException">The sample lacks data that the scorer needs.</exception>
    Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default);
}
