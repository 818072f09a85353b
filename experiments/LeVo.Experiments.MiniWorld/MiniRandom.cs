namespace LeVo.Experiments.MiniWorld;

/// <summary>SplitMix64: small, and the same numbers on every system and runtime.</summary>
internal struct MiniRandom(long seed)
{
    private ulong _state = (ulong)seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, below).</summary>
    public int Below(int below) => (int)((Next() >> 33) % (ulong)below);

    /// <summary>Uniform in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Unit() < probability;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
