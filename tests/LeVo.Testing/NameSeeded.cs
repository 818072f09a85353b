using LeVo.Core.Listings;
using LeVo.Core.Numerics;
using LeVo.Core.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Testing;

/// <summary>Values that follow from a name alone (FNV-1a seeds splitmix64): goldens need no weight files.</summary>
public static class NameSeeded
{
    /// <summary>n values in [-1, 1).</summary>
    public static double[] Uniform(string name, long n)
    {
        ulong seed = Fnv1a.Hash(name);
        var values = new double[n];
        for (long i = 0; i < n; i++)
            values[i] = At(seed, i);
        return values;
    }

    /// <summary>A weight's values by kind of parameter, row-major.</summary>
    public static float[] Weight(string name, params long[] shape)
    {
        ulong seed = Fnv1a.Hash(name);
        long n = shape.Aggregate(1L, (a, b) => a * b);
        (double offset, double scale) = Kind(name, shape, n);
        var values = new float[n];
        for (long i = 0; i < n; i++)
            values[i] = (float)(offset + scale * At(seed, i));
        return values;
    }

    /// <summary>Integers in [low, high), row-major.</summary>
    public static long[] Tokens(string name, long n, long low, long high) =>
        [.. Uniform(name, n).Select(v => low + (long)Math.Floor((v + 1) / 2 * (high - low)))];

    private static (double Offset, double Scale) Kind(string name, long[] shape, long n)
    {
        if (name.EndsWith("running_var", StringComparison.Ordinal))
            return (1, 0.1);
        if (shape.Length >= 2)
            return (0, Math.Sqrt(3.0 / Math.Max(1, n / shape[0])));
        return name.EndsWith("weight", StringComparison.Ordinal) ? (1, 0.1) : (0, 0.1);
    }

    private static double At(ulong seed, long i)
    {
        ulong z = unchecked(seed + ((ulong)i + 1) * 0x9E3779B97F4A7C15);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        z ^= z >> 31;
        return (z >> 40) / 16777216.0 * 2 - 1;
    }
}

/// <summary>Name-seeded weights as a source of parameters; the prefix goes before every name. What is computed is not seeded.</summary>
internal sealed class NameSeededSource(string prefix = "") : ITensorSource
{
    public Tensor? Find(TensorInfo info) => info.Init.Kind == InitKind.Computed
        ? null
        : tensor(NameSeeded.Weight(prefix + info.Name, info.Shape), info.Shape);
}
