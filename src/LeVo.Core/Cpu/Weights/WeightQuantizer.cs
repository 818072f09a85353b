using System.Runtime.Intrinsics;
using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// Quantises weights to 8 or 4 bits. A scale is rounded before the weights are divided by it, so that rounding the
/// scale adds no error. With 4 bits, several scales are tried for each group and the one with the smallest squared
/// error is used.
/// </summary>
internal static unsafe class WeightQuantizer
{
    private const int Lanes = 8;
    private const int Vectors = BlockFormat.Group / Lanes;
    private const float Largest8 = 127;
    private const int Lowest4 = -8, Highest4 = 7;
    private const int Candidates8 = 48;

    /// <summary>
    /// Candidates for the 4-bit value of the largest weight, before rounding; negative candidates map it to -8.
    /// </summary>
    private static ReadOnlySpan<float> Candidates4 => [-8, -7.5f, -7, -8.6f, 7, 7.6f];

    /// <summary>Quantises one block.</summary>
    /// <param name="bits">Bits of a weight.</param>
    /// <param name="rows">8 rows of groups * 32 floats.</param>
    /// <param name="groups">Groups of a row.</param>
    /// <param name="block">Receives the weights.</param>
    /// <param name="scales">Receives the scales.</param>
    /// <param name="source">What is known of rows that are quantised already; null for none.</param>
    public static void Pack(
        WeightBits bits, float* rows, int groups, byte* block, ushort* scales, QuantizedSource? source = null)
    {
        int bytes = BlockFormat.GroupBytes(bits);
        int* values = stackalloc int[BlockFormat.Group];
        for (int g = 0; g < groups; g++, block += bytes)
        {
            for (int output = 0; output < BlockFormat.Outputs; output++)
            {
                float* weights = rows + ((long)output * groups + g) * BlockFormat.Group;
                float scale = source?.Keeps(output) == true ? source.Take(output, g, values)
                    : bits == WeightBits.Four ? Four(weights, values)
                    : Eight(weights, values, source?.HasFewLevels(output) == true ? Candidates8 : 1);
                scales[g * BlockFormat.Outputs + output] = (ushort)(BitConverter.SingleToUInt32Bits(scale) >> 16);
                for (int i = 0; i < BlockFormat.Group; i++)
                    Put(bits, block, output, i, values[i]);
            }
        }
    }

    private static void Put(WeightBits bits, byte* group, int output, int input, int value)
    {
        int vector = input / BlockFormat.Quad;
        int lane = output * BlockFormat.Quad + input % BlockFormat.Quad;
        int bytes = BlockFormat.Outputs * BlockFormat.Quad;
        if (bits == WeightBits.Eight)
        {
            group[vector * bytes + lane] = (byte)(sbyte)value;
            return;
        }
        ref byte pair = ref group[vector / 2 * bytes + lane];
        int stored = value + BlockFormat.Zero4;
        pair = (byte)(vector % 2 == 0 ? stored : pair | stored << 4);
    }

    /// <summary>Tries scales from the smallest one upwards, in the steps of their type.</summary>
    private static float Eight(float* weights, int* values, int candidates)
    {
        float scale = RoundUp(Math.Abs(Extreme(weights)) / Largest8), best = scale, least = float.PositiveInfinity;
        for (int i = 0; i < candidates && least > 0; i++, scale = Next(scale))
        {
            float error = Divide(weights, scale, -(int)Largest8, (int)Largest8, values);
            if (error < least)
                (best, least) = (scale, error);
        }
        if (candidates > 1)
            Divide(weights, best, -(int)Largest8, (int)Largest8, values);
        return best;
    }

    private static float Four(float* weights, int* values)
    {
        float extreme = Extreme(weights), best = 0, least = float.PositiveInfinity;
        foreach (float steps in Candidates4)
        {
            float scale = Round(extreme / steps);
            float error = Divide(weights, scale, Lowest4, Highest4, values);
            if (error < least)
                (best, least) = (scale, error);
        }
        Divide(weights, best, Lowest4, Highest4, values);
        return best;
    }

    /// <summary>The weight of the largest magnitude, with its sign.</summary>
    private static float Extreme(float* weights)
    {
        float extreme = 0;
        for (int i = 0; i < BlockFormat.Group; i++)
        {
            if (Math.Abs(weights[i]) > Math.Abs(extreme))
                extreme = weights[i];
        }
        return extreme;
    }

    /// <summary>Quantises a group and returns the squared error.</summary>
    private static float Divide(float* weights, float scale, int lowest, int highest, int* values)
    {
        var inverse = Vector256.Create(scale == 0 ? 0 : 1 / scale);
        Vector256<float> errors = default;
        for (int v = 0; v < Vectors; v++)
        {
            Vector256<float> x = Vector256.Load(weights + v * Lanes);
            Vector256<float> q = Vector256.Round(Vector256.Min(Vector256.Max(
                x * inverse, Vector256.Create((float)lowest)), Vector256.Create((float)highest)));
            Vector256.ConvertToInt32(q).Store(values + v * Lanes);
            Vector256<float> error = x - q * scale;
            errors += error * error;
        }
        return Vector256.Sum(errors);
    }

    /// <summary>Rounds to the type of scales.</summary>
    internal static float Round(float x) =>
        BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(x) + 0x8000) & 0xFFFF0000);

    private static float Next(float scale) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(scale) + 0x10000);

    /// <summary>Rounds up, so that the largest weight stays in range.</summary>
    private static float RoundUp(float x) =>
        BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(x) + 0xFFFF) & 0xFFFF0000);
}
