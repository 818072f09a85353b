using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Rewards;

/// <summary>A rater's ranking of songs.</summary>
/// <param name="Rater">Name of the rater.</param>
/// <param name="BestFirst">Indices of the songs, the best first; each once.</param>
internal sealed record RaterRanking(string Rater, IReadOnlyList<int> BestFirst);

/// <summary>Songs for one condition with the raters' rankings.</summary>
/// <param name="Condition">The condition of the songs.</param>
/// <param name="Songs">At least two songs.</param>
/// <param name="Raters">At least one ranking of all of them.</param>
internal sealed record RankedSongs(
    SongCondition Condition, IReadOnlyList<SongTokens> Songs, IReadOnlyList<RaterRanking> Raters)
{
    /// <summary>The songs by mean rank, the best first; ties are in list order.</summary>
    public IReadOnlyList<int> Consensus
    {
        get
        {
            double[] ranks = RankSums();
            return [.. Enumerable.Range(0, Songs.Count).OrderBy(song => ranks[song])];
        }
    }

    /// <summary>Kendall's W: 1 if all raters agree, 0 if there is no agreement; 1 for a single rater.</summary>
    public double Agreement
    {
        get
        {
            double[] ranks = RankSums();
            double mean = ranks.Average(), n = Songs.Count, raters = Raters.Count;
            return 12 * ranks.Sum(rank => (rank - mean) * (rank - mean)) / (raters * raters * (n * n * n - n));
        }
    }

    /// <summary>
    /// Selects rankings with at least this agreement (paper, section 3.5: only such rankings train the reward model).
    /// </summary>
    public static IReadOnlyList<RankedSongs> WhereRatersAgree(IEnumerable<RankedSongs> rankings,
        double minimumAgreement) =>
        [.. rankings.Where(ranking => ranking.Agreement >= minimumAgreement)];

    /// <summary>The songs in the order of the consensus.</summary>
    internal IReadOnlyList<SongTokens> BestFirst => [.. Consensus.Select(song => Songs[song])];

    private double[] RankSums()
    {
        if (Songs.Count < 2 || Raters.Count == 0)
            throw new ArgumentException($"{Songs.Count} songs and {Raters.Count} raters are not a ranking.");
        var sums = new double[Songs.Count];
        foreach (RaterRanking rater in Raters)
        {
            if (!rater.BestFirst.Order().SequenceEqual(Enumerable.Range(0, Songs.Count)))
                throw new ArgumentException($"The ranking of '{rater.Rater}' is not an order of {Songs.Count} songs.");
            for (int rank = 0; rank < rater.BestFirst.Count; rank++)
                sums[rater.BestFirst[rank]] += rank;
        }
        return sums;
    }
}
