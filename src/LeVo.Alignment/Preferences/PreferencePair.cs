using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Preferences;

/// <summary>Names of the paper's strategies (section 3.5).</summary>
public static class PreferenceStrategies
{
    /// <summary>Lyric alignment: few phoneme errors compared to the lyrics.</summary>
    public const string LyricAlignment = "lyric_alignment";

    /// <summary>Prompt consistency: similarity to the description and the audio prompt.</summary>
    public const string PromptConsistency = "prompt_consistency";

    /// <summary>Musicality: a reward model trained on human rankings.</summary>
    public const string Musicality = "musicality";
}

/// <summary>A preference pair: two songs for one condition, of which the first is preferred.</summary>
/// <param name="Condition">The condition of both songs.</param>
/// <param name="Chosen">The better song.</param>
/// <param name="Rejected">The worse one.</param>
/// <param name="Strategy">The strategy: one of <see cref="PreferenceStrategies"/> or an application-defined
/// name.</param>
/// <param name="ChosenScore">Score of the better song; higher is better.</param>
/// <param name="RejectedScore">Score of the worse one.</param>
/// <param name="Provenance">The provenance of the pair.</param>
public sealed record PreferencePair(SongCondition Condition, SongTokens Chosen, SongTokens Rejected, string Strategy,
    double ChosenScore, double RejectedScore, PairProvenance Provenance)
{
    /// <summary>
    /// Indices of the chosen song's frames that are compared, for example those of the words that the rejected song gets
    /// wrong; the number of its frames stands for its end. Null for the whole song.
    /// </summary>
    public IReadOnlyList<int>? ChosenFrames { get; init; }

    /// <summary>Indices of the rejected song's frames that are compared; null for the whole song.</summary>
    public IReadOnlyList<int>? RejectedFrames { get; init; }

    /// <summary>The difference of the scores of chosen and rejected song.</summary>
    public double Gap => ChosenScore - RejectedScore;

    /// <exception cref="ArgumentException">A compared frame is not in its song, or none is named.</exception>
    internal void CheckFrames()
    {
        Check(ChosenFrames, Chosen, nameof(ChosenFrames));
        Check(RejectedFrames, Rejected, nameof(RejectedFrames));

        static void Check(IReadOnlyList<int>? frames, SongTokens song, string name)
        {
            if (frames is { Count: 0 })
                throw new ArgumentException($"{name} is empty; null stands for the whole song.");
            if (frames?.Any(frame => frame < 0 || frame > song.Frames) == true)
                throw new ArgumentException($"{name} contains a frame that is not in 0 to {song.Frames}.");
        }
    }
}

/// <summary>The provenance of a pair.</summary>
/// <param name="Model">The name of the model that sampled both songs, for example its hash.</param>
/// <param name="ChosenSeed">Seed of the chosen song.</param>
/// <param name="RejectedSeed">Seed of the rejected song.</param>
/// <param name="Scorer">The name and version of the scorer.</param>
public sealed record PairProvenance(string Model, ulong ChosenSeed, ulong RejectedSeed, string Scorer);
