namespace LeVo.Core.Generation;

/// <summary>
/// How much computation the codec's flow gets. The work is counted in rows of its network, of which a step with guidance
/// evaluates two; docs/performance.md has what each setting changes. A model folder with another number of steps than the
/// released 10, such as one with a distilled decoder, keeps its own.
/// </summary>
public enum DecoderEffort
{
    /// <summary>As released: 10 steps of Euler, 20 rows a window; the last window repeats the song's codes until it is
    /// full.</summary>
    Exact,

    /// <summary>6 steps of second order (Adams-Bashforth), of which every second evaluates guidance anew: 9 rows a window. The last
    /// window ends with the song.</summary>
    Balanced,

    /// <summary>The same with 4 steps: 6 rows a window.</summary>
    Fast,
}
