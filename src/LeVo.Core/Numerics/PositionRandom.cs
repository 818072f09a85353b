namespace LeVo.Core.Numerics;

/// <summary>
/// Counter-based uniform random numbers: SplitMix64 evaluated at (step, stream). There is no state to save: a resumed
/// song draws the same numbers, and the draws of one stream do not depend on those of another.
/// </summary>
internal readonly struct PositionRandom(ulong seed)
{
    private const ulong Increment = 0x9E3779B97F4A7C15;
    private readonly ulong start = Mix(seed + Increment);

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double Next(int step, int stream)
    {
        ulong position = ((ulong)(uint)step << 32) | (uint)stream;
        return (Mix(start + (position + 1) * Increment) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Derives a seed for another purpose, for example the codec's noise.</summary>
    public ulong Fork(string purpose) => Mix(start ^ Fnv1a.Hash(purpose));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
