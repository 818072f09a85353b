using LeVo.Core.Audio;

namespace LeVo.Alignment.Evaluation;

/// <summary>Measures of a sound that need no model.</summary>
internal static class SoundMeasures
{
    // The largest value of 16 bits is 0.99997.
    private const float FullScale = 32766.5f / 32768;
    private const int ShortestClip = 3;
    private const double SilentLevel = 1e-6; // -60 dB, as power
    private const int BlocksPerSecond = 20;

    /// <summary>The fraction of samples in runs of at least three at full scale: single ones are peaks that were
    /// normalised.</summary>
    public static double ClippedFraction(Waveform sound)
    {
        long clipped = 0;
        foreach (float[] channel in sound.Channels)
        {
            int run = 0;
            for (int i = 0; i <= channel.Length; i++)
            {
                if (i < channel.Length && Math.Abs(channel[i]) >= FullScale)
                {
                    run++;
                    continue;
                }
                clipped += run >= ShortestClip ? run : 0;
                run = 0;
            }
        }
        return sound.Length == 0 ? 0 : (double)clipped / sound.Length / sound.ChannelCount;
    }

    /// <summary>The part of blocks of 50 ms below -60 dB of full scale, and the longest sequence of them.</summary>
    public static (double Fraction, double LongestSeconds) Silence(Waveform sound)
    {
        int block = Math.Max(1, sound.SampleRate / BlocksPerSecond), blocks = sound.Length / block;
        int silent = 0, run = 0, longest = 0;
        for (int b = 0; b < blocks; b++)
        {
            double power = 0;
            foreach (float[] channel in sound.Channels)
            {
                foreach (float sample in channel.AsSpan(b * block, block))
                    power += (double)sample * sample;
            }
            bool quiet = power / block / sound.ChannelCount < SilentLevel;
            (silent, run) = quiet ? (silent + 1, run + 1) : (silent, 0);
            longest = Math.Max(longest, run);
        }
        return (blocks == 0 ? 0 : (double)silent / blocks, (double)longest * block / sound.SampleRate);
    }
}
