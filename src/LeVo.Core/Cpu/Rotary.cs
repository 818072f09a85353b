using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>Cosines and sines [position, half head width] of one stack, for as many positions as requested.</summary>
internal sealed unsafe class Rotary(int headWidth, float theta) : IDisposable
{
    private readonly float[] inverse = RotaryFrequencies.Inverse(headWidth, theta);
    private NativeBlock? block;
    private int length;

    private int Half => inverse.Length;

    /// <summary>Grows the tables. Must not be called during a pass.</summary>
    public void Grow(int positions)
    {
        if (positions <= length)
            return;
        NativeBlock grown = NativeBlock.ForFloats(2L * positions * Half);
        float* at = (float*)grown.Pointer;
        for (int p = 0; p < positions; p++, at += 2 * Half)
        {
            for (int i = 0; i < Half; i++)
            {
                // The angle is a float32 product because the reference implementation rounds here.
                float angle = p * inverse[i];
                (double sin, double cos) = Math.SinCos(angle);
                (at[i], at[Half + i]) = ((float)cos, (float)sin);
            }
        }
        block?.Dispose();
        (block, length) = (grown, positions);
    }

    public float* Cos(int position) => (float*)block!.Pointer + 2L * position * Half;

    public float* Sin(int position) => Cos(position) + Half;

    public void Dispose() => block?.Dispose();
}
