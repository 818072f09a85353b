using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LeVo.Codec.Vae;

/// <summary>
/// x + strength · sin²(frequency · x) in one pass over the memory; libtorch takes four. Since sin² has the period π, the
/// argument is reduced to [-π/2, π/2], where a polynomial of degree 11 has an error of 1e-7.
/// </summary>
internal static class SnakeKernel
{
    private const float PiHigh = (float)Math.PI, PiLow = (float)(Math.PI - PiHigh), OverPi = (float)(1 / Math.PI);

    /// <summary>Coefficients of x³, x⁵, ..., x¹¹ of the sine.</summary>
    private const float C3 = -0.16666667f, C5 = 0.0083333310f, C7 = -0.00019840874f, C9 = 2.7525562e-6f, C11 = -2.3889859e-8f;

    /// <summary>Computes one channel. The result may replace the input.</summary>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y, float frequency, float strength)
    {
        ref float input = ref MemoryMarshal.GetReference(x), output = ref MemoryMarshal.GetReference(y);
        int i = 0;
        Vector256<float> frequencies = Vector256.Create(frequency), strengths = Vector256.Create(strength);
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> v = Vector256.LoadUnsafe(ref input, (nuint)i);
            Vector256<float> a = v * frequencies, n = Vector256.Round(a * OverPi);
            Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-PiLow),
                Vector256.MultiplyAddEstimate(n, Vector256.Create(-PiHigh), a));
            Vector256<float> q = r * r;
            Vector256<float> p = Vector256.MultiplyAddEstimate(q, Vector256.Create(C11), Vector256.Create(C9));
            p = Vector256.MultiplyAddEstimate(p, q, Vector256.Create(C7));
            p = Vector256.MultiplyAddEstimate(p, q, Vector256.Create(C5));
            p = Vector256.MultiplyAddEstimate(p, q, Vector256.Create(C3));
            Vector256<float> sine = Vector256.MultiplyAddEstimate(p * q, r, r);
            Vector256.MultiplyAddEstimate(sine * sine, strengths, v).StoreUnsafe(ref output, (nuint)i);
        }
        for (; i < x.Length; i++)
        {
            float sine = MathF.Sin(x[i] * frequency);
            y[i] = x[i] + sine * sine * strength;
        }
    }
}
