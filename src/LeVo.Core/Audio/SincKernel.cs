using System.Numerics;

namespace LeVo.Core.Audio;

/// <summary>
/// Polyphase kernel of the windowed-sinc resampler. For each phase only the taps inside the window are stored,
/// because with a small common divisor of the rates nearly all others are zero.
/// </summary>
internal sealed class SincKernel
{
    private const int ZeroCrossings = 6;
    private const double RollOff = 0.99;
    private readonly int[] firstTaps;
    private readonly float[][] taps;

    private SincKernel(int stride, int phases, int width, int[] firstTaps, float[][] taps)
    {
        Stride = stride;
        Phases = phases;
        Width = width;
        this.firstTaps = firstTaps;
        this.taps = taps;
    }

    /// <summary>Input samples per step; each step computes one output sample of each phase.</summary>
    public int Stride { get; }

    /// <summary>Output samples per step.</summary>
    public int Phases { get; }

    /// <summary>Taps before the first sample of a step.</summary>
    public int Width { get; }

    public static SincKernel Create<T>(int from, int to)
        where T : IFloatingPointIeee754<T>
    {
        int divisor = (int)BigInteger.GreatestCommonDivisor(from, to);
        int stride = from / divisor, phases = to / divisor;
        double cutOff = RollOff * Math.Min(stride, phases);
        int width = (int)Math.Ceiling(ZeroCrossings * stride / cutOff);
        var firstTaps = new int[phases];
        var taps = new float[phases][];
        double reach = ZeroCrossings * stride / cutOff;
        for (int phase = 0; phase < phases; phase++)
        {
            double centre = width + (double)phase * stride / phases;
            firstTaps[phase] = Math.Max(0, (int)Math.Floor(centre - reach));
            int end = Math.Min(2 * width + stride, (int)Math.Ceiling(centre + reach) + 1);
            taps[phase] = new float[end - firstTaps[phase]];
            for (int i = 0; i < taps[phase].Length; i++)
                taps[phase][i] = Tap<T>(firstTaps[phase] + i - width, phase, stride, phases, cutOff);
        }
        return new(stride, phases, width, firstTaps, taps);
    }

    public int FirstTap(int phase) => firstTaps[phase];

    public ReadOnlySpan<float> Taps(int phase) => taps[phase];

    /// <summary>One phase including the zero taps, 2 · width + stride taps.</summary>
    public float[] Full(int phase)
    {
        var full = new float[2 * Width + Stride];
        taps[phase].CopyTo(full, firstTaps[phase]);
        return full;
    }

    private static float Tap<T>(int offset, int phase, int stride, int phases, double cutOff)
        where T : IFloatingPointIeee754<T>
    {
        T limit = T.CreateChecked(ZeroCrossings);
        T time = T.CreateChecked(-phase) / T.CreateChecked(phases) + T.CreateChecked(offset) / T.CreateChecked(stride);
        time = T.Clamp(time * T.CreateChecked(cutOff), -limit, limit);
        T window = T.Cos(time * T.Pi / limit / T.CreateChecked(2));
        T angle = time * T.Pi;
        T sinc = T.IsZero(angle) ? T.One : T.Sin(angle) / angle;
        return float.CreateChecked(sinc * (window * window * T.CreateChecked(cutOff / stride)));
    }
}
