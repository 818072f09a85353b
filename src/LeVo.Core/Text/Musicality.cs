namespace LeVo.Core.Text;

/// <summary>
/// The musicality of a song, a condition of LeVo 2: the model learns from songs of all tiers and is asked for the highest. Models of
/// LeVo 1 have no tiers.
/// </summary>
public enum Musicality
{
    /// <summary>The highest tier.</summary>
    VeryHigh,

    /// <summary>The second tier.</summary>
    High,

    /// <summary>The middle tier.</summary>
    Medium,

    /// <summary>The fourth tier.</summary>
    Low,

    /// <summary>The lowest tier, which guidance leads away from.</summary>
    VeryLow,
}
