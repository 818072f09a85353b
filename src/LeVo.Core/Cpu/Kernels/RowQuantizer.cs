using System.Runtime.Intrinsics;

namespace LeVo.Core.Cpu.Kernels;

/// <summary>Quantises floats per group: the value of largest magnitude becomes the largest integer, or its
/// negative.</summary>
internal static unsafe class RowQuantizer
{
    /// <summary>The largest integer of 8 and of 7 bits.</summary>
    public const int EightBits = 127, SevenBits = 63;

    private const int Lanes = 8;

    /// <param name="row">Groups * 32 floats.</param>
    /// <param name="groups">Groups of the row.</param>
    /// <param name="target">Receives the row.</param>
    /// <param name="index">The row's index in the target.</param>
    /// <param name="most">The largest integer: <see cref="EightBits"/> or <see cref="SevenBits"/>.</param>
    public static void Quantize(float* row, int groups, QuantizedRows target, int index, float most)
    {
        sbyte* values = target.Values(index, groups);
        float* scales = target.Scales(index, groups);
        int* sums = target.Sums(index, groups);
        for (int g = 0; g < groups; g++, row += BlockFormat.Group, values += BlockFormat.Group)
        {
            Vector256<float> a = Vector256.Load(row), b = Vector256.Load(row + Lanes);
            Vector256<float> c = Vector256.Load(row + 2 * Lanes), d = Vector256.Load(row + 3 * Lanes);
            float largest = Largest256(Vector256.Max(
                Vector256.Max(Vector256.Abs(a), Vector256.Abs(b)), Vector256.Max(Vector256.Abs(c), Vector256.Abs(d))));
            float inverse = largest > 0 ? most / largest : 0;
            Vector256<int> qa = Round(a * inverse, most), qb = Round(b * inverse, most);
            Vector256<int> qc = Round(c * inverse, most), qd = Round(d * inverse, most);
            Vector256.Narrow(Vector256.Narrow(qa, qb), Vector256.Narrow(qc, qd)).Store(values);
            scales[g] = largest / most;
            sums[g] = Vector256.Sum(qa + qb + (qc + qd));
        }
    }

    /// <summary>
    /// Rounds to integers. Values that are not finite become arbitrary integers in range; the scale propagates them.
    /// </summary>
    private static Vector256<int> Round(Vector256<float> x, float most) => Vector256.ConvertToInt32(Vector256.Round(
        Vector256.Min(Vector256.Max(x, Vector256.Create(-most)), Vector256.Create(most))));

    private static float Largest256(Vector256<float> x)
    {
        Vector128<float> four = Vector128.Max(x.GetLower(), x.GetUpper());
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(two[0], two[1]);
    }
}
