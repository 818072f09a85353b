using System.Numerics;
using LeVo.Core.Audio;

namespace LeVo.Alignment.Evaluation;

/// <summary>A picture of a sound: time from left to right, frequency from bottom to top (logarithmic).</summary>
internal static class Spectrogram
{
    public const int Width = 600, Height = 140;
    private const int Window = 2048;
    private const double Lowest = 40, Highest = 16_000, Range = 80; // Hz, Hz, dB

    private static readonly (byte, byte, byte)[] Palette = [.. Enumerable.Range(0, 64).Select(i => Colour(i / 63.0))];

    /// <summary>Draws a sound as a PNG file.</summary>
    public static byte[] Draw(Waveform sound)
    {
        float[] mono = sound.ToMono().Channels[0];
        double[] window = [.. Enumerable.Range(0, Window).Select(i => 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / Window))];
        var bins = new Complex[Window];
        var pixels = new byte[Width * Height];
        for (int x = 0; x < Width; x++)
        {
            int start = (int)((long)x * Math.Max(0, mono.Length - Window) / (Width - 1));
            for (int i = 0; i < Window; i++)
                bins[i] = start + i < mono.Length ? mono[start + i] * window[i] : 0;
            FourierTransform.Forward(bins);
            for (int y = 0; y < Height; y++)
            {
                double level = Level(bins, Bin(y, sound.SampleRate), Bin(y + 1, sound.SampleRate));
                double part = Math.Clamp(1 + level / Range, 0, 1);
                pixels[(Height - 1 - y) * Width + x] = (byte)(part * (Palette.Length - 1));
            }
        }
        return PngImage.Encode(pixels, Width, Palette);
    }

    private static double Bin(int y, int sampleRate) =>
        Lowest * Math.Pow(Highest / Lowest, (double)y / Height) * Window / sampleRate;

    /// <summary>The highest level in a range of frequencies, in dB of a sine at full scale.</summary>
    private static double Level(Complex[] bins, double from, double to)
    {
        double highest = 0;
        for (int bin = (int)from; bin <= (int)to && bin < Window / 2; bin++)
            highest = Math.Max(highest, bins[bin].Magnitude);
        return 20 * Math.Log10(highest / (Window / 4) + 1e-9);
    }

    /// <summary>From black over violet and orange to light yellow.</summary>
    private static (byte, byte, byte) Colour(double part)
    {
        return (Channel(0.0, 0.5, 0.95, 1.0), Channel(0.0, 0.1, 0.5, 0.95), Channel(0.05, 0.45, 0.2, 0.7));

        byte Channel(params ReadOnlySpan<double> stops)
        {
            double at = part * (stops.Length - 1);
            int below = Math.Min((int)at, stops.Length - 2);
            return (byte)(255 * (stops[below] + (at - below) * (stops[below + 1] - stops[below])));
        }
    }
}
