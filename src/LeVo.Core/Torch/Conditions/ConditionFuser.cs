using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>Puts embedded conditions one after the other, in the config's order.</summary>
internal sealed class ConditionFuser
{
    private readonly ConditionKinds[] order;

    /// <exception cref="ArgumentException">The config's order is empty or names an unknown condition.</exception>
    public ConditionFuser(LeLmConfig config) => order = OrderOf(config);

    /// <summary>The conditions in the config's order.</summary>
    /// <exception cref="ArgumentException">The config's order is empty or names an unknown condition.</exception>
    public static ConditionKinds[] OrderOf(LeLmConfig config)
    {
        ConditionKinds[] order = [.. config.PrefixOrder.Select(ConditionNames.Parse)];
        if (order.Length == 0 || order.Contains(ConditionKinds.None) || order.Distinct().Count() != order.Length)
        {
            throw new ArgumentException($"The prefix needs the conditions {ConditionNames.Lyrics}, {ConditionNames.Prompt}, "
                + $"{ConditionNames.Description}, each once, not '{string.Join(", ", config.PrefixOrder)}'.", nameof(config));
        }
        return order;
    }

    /// <summary>One condition for each stack, [batch, its length, width].</summary>
    internal readonly record struct Part(Tensor First, Tensor Second);

    public ConditionPrefix Fuse(Part lyrics, Part description, Part prompt)
    {
        using var scope = NewDisposeScope();
        Part[] parts = [.. order.Select(kind => kind switch
        {
            ConditionKinds.Lyrics => lyrics,
            ConditionKinds.Description => description,
            _ => prompt,
        })];
        return new(
            cat([.. parts.Select(part => part.First)], 1).MoveToOuterDisposeScope(),
            cat([.. parts.Select(part => part.Second)], 1).MoveToOuterDisposeScope());
    }
}
