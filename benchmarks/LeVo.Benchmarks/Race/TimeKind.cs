namespace LeVo.Benchmarks.Race;

/// <summary>What a race counts as time.</summary>
internal enum TimeKind
{
    /// <summary>The time that went by.</summary>
    Wall,

    /// <summary>The time that the process spent computing.</summary>
    Computing,
}
