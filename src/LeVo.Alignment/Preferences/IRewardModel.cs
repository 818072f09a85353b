using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>Judges the musicality of songs; <c>LeVo.Alignment.Rewards</c> trains one from rankings.</summary>
public interface IRewardModel
{
    /// <summary>The reward of a song; differences are log-odds of being preferred.</summary>
    double Score(SongCondition condition, SongTokens tokens);
}
