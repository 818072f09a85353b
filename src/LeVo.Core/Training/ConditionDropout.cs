using LeVo.Core.Conditioning;
using LeVo.Core.Model;

namespace LeVo.Core.Training;

/// <summary>
/// Selects the conditions that training drops, as classifier-free guidance requires. A dropped description is absent;
/// it is not replaced by the low-musicality text of guidance.
/// </summary>
internal static class ConditionDropout
{
    /// <summary>Draws the conditions to drop from each sample of a batch.</summary>
    /// <param name="batch">Number of samples.</param>
    /// <param name="config">Probabilities.</param>
    /// <param name="uniform">Returns uniform random numbers in [0, 1).</param>
    public static ConditionKinds[] Draw(int batch, LeLmConfig config, Func<double> uniform)
    {
        ConditionKinds[] dropped = DrawSamples(batch, config.ConditionDropout, uniform);
        ConditionKinds everywhere = DrawAttributes(config.AttributeDropouts, uniform);
        return [.. dropped.Select(kinds => kinds | everywhere)];
    }

    /// <summary>One draw per sample: drops all of its conditions or none.</summary>
    internal static ConditionKinds[] DrawSamples(int batch, double probability, Func<double> uniform)
    {
        var dropped = new ConditionKinds[batch];
        for (int i = 0; i < batch; i++)
            dropped[i] = uniform() < probability ? ConditionKinds.All : ConditionKinds.None;
        return dropped;
    }

    /// <summary>
    /// One draw per entry, shared by the whole batch; entries without a condition also consume a draw.
    /// </summary>
    internal static ConditionKinds DrawAttributes(IReadOnlyList<AttributeDropout> entries, Func<double> uniform)
    {
        var dropped = ConditionKinds.None;
        foreach (AttributeDropout entry in entries)
        {
            if (uniform() < entry.Probability)
                dropped |= ConditionKind.Parse(entry.Condition);
        }
        return dropped;
    }
}
