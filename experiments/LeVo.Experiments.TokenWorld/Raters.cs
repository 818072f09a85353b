using LeVo.Alignment.Data;
using LeVo.Alignment.Rewards;

namespace LeVo.Experiments.TokenWorld;

/// <summary>Simulated raters: each ranks by melody and harmony, with weights of its own and with noise.</summary>
internal static class Raters
{
    private const int Count = 3;
    private const double Noise = 0.12;

    /// <summary>Rankings of the samples of each condition.</summary>
    public static IReadOnlyList<RankedSongs> Rank(WorldCodes codes, IEnumerable<SongSample> samples, int seed)
    {
        var random = new Random(seed);
        return [.. samples.GroupBy(sample => sample.Condition.Key()).Select(group =>
        {
            SongSample[] songs = [.. group];
            WorldScores[] scores = [.. songs.Select(song => WorldScores.Of(codes, song.Condition, song.Tokens))];
            return new RankedSongs(songs[0].Condition, [.. songs.Select(song => song.Tokens)],
                [.. Enumerable.Range(0, Count).Select(rater => new RaterRanking($"rater {rater}",
                    [.. Enumerable.Range(0, songs.Length).OrderByDescending(i => Hear(scores[i], rater, random))]))]);
        })];
    }

    private static double Hear(WorldScores scores, int rater, Random random)
    {
        double gauss = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return scores.Musicality + (0.2 + 0.1 * rater) * scores.Harmony + Noise * gauss;
    }
}
