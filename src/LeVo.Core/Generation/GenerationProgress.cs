namespace LeVo.Core.Generation;

/// <summary>The stages of making a song, in order.</summary>
public enum SongStage
{
    /// <summary>Conditions are encoded and the prefix is read; units are prefix positions.</summary>
    Prefill,

    /// <summary>The language model writes tokens; units are steps of one column.</summary>
    Tokens,

    /// <summary>The codec turns tokens into audio; units are the codec's own windows or solver steps.</summary>
    Audio,
}

/// <summary>How far one stage has come.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Done">Units finished.</param>
/// <param name="Total">Units in all, an upper bound where a stage may end early.</param>
/// <param name="Elapsed">Time spent on the stage.</param>
public readonly record struct GenerationProgress(SongStage Stage, int Done, int Total, TimeSpan Elapsed)
{
    /// <summary>Units that were finished before: those of an earlier run that is resumed, and those of the request's beginning.
    /// <see cref="Done"/> and <see cref="Total"/> do not include them.</summary>
    public int Resumed { get; init; }

    /// <summary>Units a second so far; 0 before the first.</summary>
    public double PerSecond => Elapsed > TimeSpan.Zero ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>Expected time until the stage ends, null before its first unit.</summary>
    public TimeSpan? Remaining => Done > 0 ? Elapsed * ((double)(Total - Done) / Done) : null;
}
