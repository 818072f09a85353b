using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>Predicts the musicality of songs (paper, section 3.5).</summary>
public interface IRewardModel
{
    /// <summary>Computes the reward of a song. Differences of rewards are log-odds of being preferred.</summary>
    double Score(SongCondition condition, SongTokens tokens);
}
