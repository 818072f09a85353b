using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>Names of the paper's strategies (section 3.5).</summary>
public static class PreferenceStrategies
{
    /// <summary>Few phoneme errors against the lyrics.</summary>
    public const string LyricAlignment = "lyric_alignment";

    /// <summary>Similarity with description and audio prompt.</summary>
    public const string PromptConsistency = "prompt_consistency";

    /// <summary>A reward model of people's rankings.</summary>
    public const string Musicality = "musicality";
}

/// <summary>Two songs for one condition, of which the first is preferred.</summary>
/// <param name="Condition">The condition of both songs.</param>
/// <param name="Chosen">The better song.</param>
/// <param name="Rejected">The worse one.</param>
/// <param name="Strategy">Why: one of <see cref="PreferenceStrategies"/> or a host's own name.</param>
/// <param name="ChosenScore">Score of the better song; higher is better.</param>
/// <param name="RejectedScore">Score of the worse one.</param>
/// <param name="Provenance">Where the pair comes from.</param>
public sealed record PreferencePair(SongCondition Condition, SongTokens Chosen, SongTokens Rejected, string Strategy,
    double ChosenScore, double RejectedScore, PairProvenance Provenance)
{
    /// <summary>How much better the chosen song is.</summary>
    public double Gap => ChosenScore - RejectedScore;
}

/// <summary>Where a pair comes from.</summary>
/// <param name="Model">Names the model that sampled both songs, for example its hash.</param>
/// <param name="ChosenSeed">Seed of the chosen song.</param>
/// <param name="RejectedSeed">Seed of the rejected song.</param>
/// <param name="Scorer">Names the scorer and its version.</param>
public sealed record PairProvenance(string Model, ulong ChosenSeed, ulong RejectedSeed, string Scorer);
