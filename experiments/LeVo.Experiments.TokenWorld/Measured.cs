using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;

namespace LeVo.Experiments.TokenWorld;

/// <summary>Means over held-out songs; NaN where a system can't be measured so.</summary>
/// <param name="PhoneErrorRate">Phone errors of the tracks, or of the mix where a system has only that.</param>
/// <param name="MixErrorRate">Phone errors of the mixed stream; phones that sound alike in it count as one.</param>
/// <param name="Prompt">Agreement with the description.</param>
/// <param name="Harmony">Pitches that fit the chord.</param>
/// <param name="Musicality">Small melodic steps.</param>
/// <param name="Variety">Pitches that differ between two songs of one lyric.</param>
internal sealed record Measured(double PhoneErrorRate, double MixErrorRate, double Prompt, double Harmony, double Musicality,
    double Variety)
{
    /// <summary>Measures songs, of which those of a condition follow each other.</summary>
    public static Measured Of(WorldCodes codes, IReadOnlyList<SongSample> songs, bool mixedAlone = false)
    {
        WorldScores[] scores = [.. songs.Select(song => mixedAlone
            ? WorldScores.OfMixed(codes, song.Condition, song.Tokens)
            : WorldScores.Of(codes, song.Condition, song.Tokens))];
        SongSample[][] pairs =
            [.. songs.GroupBy(song => song.Condition.Key()).Where(group => group.Count() > 1).Select(group => group.ToArray())];
        return new(Rate(score => score.Phones), Rate(score => score.Mix), scores.Average(score => score.Prompt),
            scores.Average(score => score.Harmony), scores.Average(score => score.Musicality),
            mixedAlone || pairs.Length == 0 ? double.NaN : pairs.Average(pair => WorldScores.Variety(codes, pair[0], pair[1])));

        double Rate(Func<WorldScores, PhonemeErrorRate> errors) =>
            scores.Aggregate(default(PhonemeErrorRate), (sum, score) => sum + errors(score)).Rate;
    }
}
