namespace LeVo.Core.Numerics;

/// <summary>
/// Random numbers of one training step. They depend only on the seed and the step, so that a resumed run is
/// identical.
/// </summary>
internal static class StepRandom
{
    public static Random Create(int seed, int step) => new(unchecked(seed * 486_187_739 + step));
}
