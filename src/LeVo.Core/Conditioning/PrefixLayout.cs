using LeVo.Core.Model;

namespace LeVo.Core.Conditioning;

/// <summary>One condition's positions in the prefix.</summary>
/// <param name="Kind">The condition.</param>
/// <param name="Start">Its first position.</param>
/// <param name="Length">Its number of positions.</param>
internal readonly record struct PrefixPart(ConditionKinds Kind, int Start, int Length);

/// <summary>
/// The layout of the prefix, the positions before the columns: the conditions are concatenated in the config's order.
/// </summary>
internal sealed class PrefixLayout
{
    /// <exception cref="ArgumentException">The config's order is empty, or names an unknown condition or one
    /// twice.</exception>
    public PrefixLayout(LeLmConfig config)
    {
        ConditionKinds[] order = [.. config.PrefixOrder.Select(ConditionKind.Parse)];
        if (order.Length == 0 || order.Contains(ConditionKinds.None) || order.Distinct().Count() != order.Length)
        {
            throw new ArgumentException($"The prefix needs the conditions {string.Join(", ", ConditionNames.All)}, "
                + $"each once, not '{string.Join(", ", config.PrefixOrder)}'.", nameof(config));
        }
        var parts = new List<PrefixPart>();
        foreach (ConditionKinds kind in order)
        {
            int length = kind switch
            {
                ConditionKinds.Lyrics => config.LyricsLength,
                ConditionKinds.Description => config.DescriptionLength,
                _ => config.PromptLength,
            };
            parts.Add(new(kind, parts.Count == 0 ? 0 : parts[^1].Start + parts[^1].Length, length));
        }
        Parts = parts;
    }

    /// <summary>The conditions in order.</summary>
    public IReadOnlyList<PrefixPart> Parts { get; }

    /// <summary>The condition that a position belongs to.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is outside the prefix.</exception>
    public PrefixPart At(int position)
    {
        foreach (PrefixPart part in Parts)
        {
            if (position >= part.Start && position < part.Start + part.Length)
                return part;
        }
        throw new ArgumentOutOfRangeException(nameof(position), position, "The position is outside the prefix.");
    }

    /// <summary>The first position of a condition.</summary>
    public int StartOf(ConditionKinds kind) => Parts.First(part => part.Kind == kind).Start;
}
