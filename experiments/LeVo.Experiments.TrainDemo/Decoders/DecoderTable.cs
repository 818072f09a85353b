using System.Globalization;

namespace LeVo.Experiments.TrainDemo.Decoders;

/// <summary>The candidates side by side, each compared with the released settings on the same songs and seeds.</summary>
internal static class DecoderTable
{
    /// <summary>Student's 95 % quantile with 63 degrees of freedom: half of a 90 % interval in standard errors.</summary>
    private const double HalfInterval = 1.669;

    public const string Header =
        """
        | settings | songs, seeds | rows a window | work | mel distance | to exact | SNR to exact | phone error | to exact, 90 % interval |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """;

    /// <summary>A line for each candidate that has results.</summary>
    public static IEnumerable<string> Lines(IReadOnlyCollection<DecoderScore> scores)
    {
        Dictionary<(int Song, int Seed), DecoderScore> exact = scores
            .Where(score => score.Candidate == DecoderCandidate.Exact.Name).ToDictionary(score => (score.Song, score.Seed));
        return scores.GroupBy(score => score.Candidate)
            .Select(group => (group.Key, Own: group.Where(score => exact.ContainsKey((score.Song, score.Seed))).ToArray()))
            .Where(candidate => candidate.Own.Length > 0)
            .Select(candidate => Line(candidate.Key, candidate.Own,
                [.. candidate.Own.Select(score => exact[(score.Song, score.Seed)])]));
    }

    private static string Line(string name, DecoderScore[] own, DecoderScore[] exact)
    {
        double mel = own.Average(score => score.Mel), work = (double)own.Sum(score => score.RowFrames) / exact.Sum(score => score.RowFrames);
        PairedErrors errors = PairedErrors.Of(BySong(exact), BySong(own));
        double half = HalfInterval * errors.StandardError, difference = errors.Difference;
        int songs = own.Select(score => score.Song).Distinct().Count(), seeds = own.Select(score => score.Seed).Distinct().Count();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {songs}, {seeds} | {own[0].Rows} | {work:0.00} | {mel:0.00} dB | {mel - exact.Average(score => score.Mel):+0.00;-0.00} dB | {own.Average(score => score.Ratio):0.0} dB | {100 * errors.Second:0.00} % | {100 * difference:+0.00;-0.00} ({100 * (difference - half):+0.00;-0.00} to {100 * (difference + half):+0.00;-0.00}) |");
    }

    /// <summary>The errors of each song over its seeds, in the order of the songs.</summary>
    private static HeardSong[] BySong(DecoderScore[] scores) =>
    [
        .. scores.GroupBy(score => score.Song).OrderBy(song => song.Key)
            .Select(song => new HeardSong(song.Sum(score => score.Errors), song.Sum(score => score.Phones), -1, -1, -1, -1)),
    ];
}
