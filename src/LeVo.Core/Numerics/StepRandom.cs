namespace LeVo.Core.Numerics;

/// <summary>Random numbers of one step of a run: they follow from seed and step alone, so that a run resumes
/// exactly.</summary>
internal static class StepRandom
{
    public static Random Of(int seed, int step) => new(unchecked(seed * 486_187_739 + step));
}
