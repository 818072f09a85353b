using System.Numerics.Tensors;
using LeVo.Core.Audio;

namespace LeVo.Alignment.Evaluation;

/// <summary>The sum of two stems, and how far a mix is from it.</summary>
internal static class StemSum
{
    /// <summary>The sum in stereo, cut to the shorter stem.</summary>
    /// <exception cref="InvalidDataException">The sample rates differ.</exception>
    public static Waveform Of(Waveform vocal, Waveform accompaniment)
    {
        if (vocal.SampleRate != accompaniment.SampleRate)
        {
            throw new InvalidDataException(
                $"The stems have {vocal.SampleRate} and {accompaniment.SampleRate} samples per second.");
        }
        int length = Math.Min(vocal.Length, accompaniment.Length);
        (vocal, accompaniment) = (vocal.ToStereo(), accompaniment.ToStereo());
        Waveform sum = Waveform.Silence(2, length, vocal.SampleRate);
        for (int c = 0; c < 2; c++)
            TensorPrimitives.Add(vocal.Channels[c].AsSpan(0, length), accompaniment.Channels[c].AsSpan(0, length), sum.Channels[c]);
        return sum;
    }

    /// <summary>The level of what the mix has and the sum has not, in dB of the mix, -120 at least; null for a silent
    /// mix.</summary>
    /// <exception cref="InvalidDataException">The sample rates differ.</exception>
    public static double? Residual(Waveform mix, Waveform sum)
    {
        if (mix.SampleRate != sum.SampleRate)
            throw new InvalidDataException($"Mix and stems have {mix.SampleRate} and {sum.SampleRate} samples per second.");
        double rest = 0, whole = 0;
        int length = Math.Min(mix.Length, sum.Length);
        mix = mix.ToStereo();
        for (int c = 0; c < 2; c++)
        {
            for (int i = 0; i < length; i++)
            {
                double value = mix.Channels[c][i], difference = value - sum.Channels[c][i];
                whole += value * value;
                rest += difference * difference;
            }
        }
        return whole == 0 ? null : Math.Max(-120, 10 * Math.Log10(rest / whole));
    }
}
