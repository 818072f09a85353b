using LeVo.Alignment.Preferences;
using LeVo.Core.Numerics;

namespace LeVo.Alignment.Dpo;

/// <summary>
/// Draws batches of pairs: every pair once per epoch, in an order determined by the seed and the epoch.
/// </summary>
internal sealed class PairSampler(IReadOnlyList<PreferencePair> pairs, int batchSize, int seed)
{
    /// <summary>Returns the indices of a step's pairs.</summary>
    public int[] Draw(int step)
    {
        var drawn = new int[Math.Min(batchSize, pairs.Count)];
        long first = (long)step * drawn.Length;
        int round = -1;
        int[] order = [];
        for (int i = 0; i < drawn.Length; i++)
        {
            int wanted = (int)((first + i) / pairs.Count);
            if (wanted != round)
                order = Order(round = wanted);
            drawn[i] = order[(first + i) % pairs.Count];
        }
        return drawn;
    }

    private int[] Order(int round)
    {
        int[] order = [.. Enumerable.Range(0, pairs.Count)];
        StepRandom.Create(seed, round).Shuffle(order);
        return order;
    }
}
