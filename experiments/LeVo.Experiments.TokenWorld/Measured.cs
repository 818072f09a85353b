using LeVo.Alignment.Preferences;

namespace LeVo.Experiments.TokenWorld;

/// <summary>Means over held-out songs; NaN where a system can't be measured so.</summary>
internal sealed record Measured(double PhoneErrorRate, double Prompt, double Harmony, double Musicality)
{
    public static Measured Of(IReadOnlyList<WorldScores> songs)
    {
        PhonemeErrorRate errors = songs.Aggregate(default(PhonemeErrorRate), (sum, song) => sum + song.Phones);
        return new(errors.Rate, songs.Average(song => song.Prompt), songs.Average(song => song.Harmony),
            songs.Average(song => song.Musicality));
    }
}
