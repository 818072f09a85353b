using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Align;

/// <summary>Requests of the miniature world; held-out songs share no word with training songs.</summary>
internal static class MiniSongs
{
    private const long PairSeed = 30_000_000, HeldOutSeed = 40_000_000;

    /// <summary>Lyrics to sample preference pairs for.</summary>
    public static MiniSongSpec[] ForPairs(int count) => [.. Create(PairSeed, count, heldOut: false)];

    /// <summary>Lyrics to compare on.</summary>
    public static MiniSongSpec[] HeldOut(int count) => [.. Create(HeldOutSeed, count, heldOut: true)];

    private static IEnumerable<MiniSongSpec> Create(long seed, int count, bool heldOut) =>
        Enumerable.Range(0, count).Select(i => MiniSongFactory.Create(seed + i, heldOut));
}
