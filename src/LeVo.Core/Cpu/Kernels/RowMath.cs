using System.Runtime.Intrinsics;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>Element-wise operations between products, in float32.</summary>
internal static unsafe class RowMath
{
    private const float Epsilon = 1e-5f;
    private const int Lanes = 8;

    /// <summary>Root-mean-square normalisation with a weight.</summary>
    /// <param name="x">The vector, padded with zeros.</param>
    /// <param name="weight">The weight, which determines the length; its padding is zero.</param>
    /// <param name="y">Receives the result, zero-padded; may be x.</param>
    public static void Normalize(float* x, FloatVector weight, float* y)
    {
        Vector256<float> squares = default;
        for (int i = 0; i < weight.Padded; i += Lanes)
        {
            Vector256<float> v = Vector256.Load(x + i);
            squares = Vector256.MultiplyAddEstimate(v, v, squares);
        }
        float factor = 1 / MathF.Sqrt(Vector256.Sum(squares) / weight.Length + Epsilon);
        for (int i = 0; i < weight.Padded; i += Lanes)
            (Vector256.Load(x + i) * factor * Vector256.Load(weight.Data + i)).Store(y + i);
    }

    /// <summary>x / (1 + exp(-x)).</summary>
    public static Vector256<float> Silu(Vector256<float> x) => x / (Vector256<float>.One + Vector256.Exp(-x));

    /// <summary>GELU in its exact form: x (1 + erf(x / sqrt 2)) / 2.</summary>
    public static Vector256<float> Gelu(Vector256<float> x) =>
        x * 0.5f * (Vector256<float>.One + Erf(x * 0.70710678f));

    /// <summary>The approximation of erf by Abramowitz and Stegun, 7.1.26; the error is at most 1.5e-7.</summary>
    private static Vector256<float> Erf(Vector256<float> x)
    {
        Vector256<float> one = Vector256<float>.One, size = Vector256.Abs(x);
        Vector256<float> t = one / (one + size * 0.3275911f);
        Vector256<float> sum = t * 1.061405429f - Vector256.Create(1.453152027f);
        sum = sum * t + Vector256.Create(1.421413741f);
        sum = sum * t - Vector256.Create(0.284496736f);
        sum = sum * t + Vector256.Create(0.254829592f);
        return Vector256.CopySign(one - sum * t * Vector256.Exp(-size * size), x);
    }

    /// <summary>Rotates a head's vector by its position: x' = x cos + (-x[half:], x[:half]) sin.</summary>
    /// <param name="x">The vector, changed in place.</param>
    /// <param name="half">Half the head's width.</param>
    /// <param name="cos">Cosines of the position.</param>
    /// <param name="sin">Sines of the position.</param>
    public static void Rotate(float* x, int half, float* cos, float* sin)
    {
        int i = 0;
        for (; i + Lanes <= half; i += Lanes)
        {
            Vector256<float> a = Vector256.Load(x + i), b = Vector256.Load(x + half + i);
            Vector256<float> c = Vector256.Load(cos + i), s = Vector256.Load(sin + i);
            (a * c - b * s).Store(x + i);
            (b * c + a * s).Store(x + half + i);
        }
        for (; i < half; i++)
        {
            (float a, float b) = (x[i], x[half + i]);
            x[i] = a * cos[i] - b * sin[i];
            x[half + i] = b * cos[i] + a * sin[i];
        }
    }
}
