using System.Numerics;

namespace LeVo.Alignment.Evaluation;

/// <summary>The fast Fourier transform of a power of two.</summary>
internal static class FourierTransform
{
    /// <summary>Transforms in place.</summary>
    /// <param name="values">The values; their number is a power of two.</param>
    public static void Forward(Span<Complex> values)
    {
        int count = values.Length;
        for (int i = 1, j = 0; i < count; i++)
        {
            int bit = count >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j)
                (values[i], values[j]) = (values[j], values[i]);
        }
        for (int length = 2; length <= count; length <<= 1)
        {
            int half = length / 2;
            for (int k = 0; k < half; k++)
            {
                Complex factor = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / length);
                for (int start = k; start < count; start += length)
                {
                    Complex even = values[start], odd = values[start + half] * factor;
                    (values[start], values[start + half]) = (even + odd, even - odd);
                }
            }
        }
    }
}
