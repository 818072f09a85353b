using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Rewards;

/// <summary>Negative log-likelihoods of rankings given scores.</summary>
internal static class RankingLoss
{
    /// <summary>
    /// Plackett-Luce: the best song is drawn by softmax, then the best of the remaining ones, and so on. With two
    /// songs it is <see cref="BradleyTerry"/>.
    /// </summary>
    /// <param name="scores">Scores in the order of the ranking, the best first, <c>[rankings, songs]</c>.</param>
    /// <returns>Mean negative log-likelihood, scalar, differentiable.</returns>
    public static Tensor PlackettLuce(Tensor scores)
    {
        using var scope = NewDisposeScope();
        // logcumsumexp from the last rank to the first: the normaliser of every draw.
        Tensor rest = scores.flip(1).logcumsumexp(1).flip(1);
        return (rest - scores).sum(1).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Bradley-Terry over all pairs of a ranking: -log sigmoid of the better score minus the worse.</summary>
    /// <param name="scores">Scores in the order of the ranking, the best first, <c>[rankings, songs]</c>.</param>
    /// <returns>Mean negative log-likelihood of a pair, scalar, differentiable.</returns>
    public static Tensor BradleyTerry(Tensor scores)
    {
        using var scope = NewDisposeScope();
        (long[] better, long[] worse) = Pairs((int)scores.size(1));
        Tensor gap = scores.index_select(1, tensor(better, device: scores.device))
            - scores.index_select(1, tensor(worse, device: scores.device));
        return (-nn.functional.logsigmoid(gap)).mean().MoveToOuterDisposeScope();
    }

    private static (long[] Better, long[] Worse) Pairs(int songs)
    {
        (long, long)[] pairs =
            [.. from better in Enumerable.Range(0, songs) from worse in Enumerable.Range(better + 1, songs - better - 1)
                select ((long)better, (long)worse)];
        return ([.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]);
    }
}
