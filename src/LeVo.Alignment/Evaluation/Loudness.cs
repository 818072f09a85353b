using LeVo.Core.Audio;

namespace LeVo.Alignment.Evaluation;

/// <summary>Loudness and true peak after EBU R128 (ITU-R BS.1770-4).</summary>
internal static class Loudness
{
    private const double AbsoluteGate = -70, RelativeGate = -10, Offset = -0.691;
    private const int Oversampling = 4, TapsOfPhase = 12;

    private static readonly double[][] Phases = Interpolation();

    /// <summary>The integrated loudness of mono or stereo, in LUFS; null if no block of 400 ms is above the gate.</summary>
    public static double? Integrated(Waveform sound)
    {
        int step = sound.SampleRate / 10, block = 4 * step;
        if (sound.Length < block || step == 0)
            return null;
        // Energies of blocks of 400 ms, each 100 ms after the last.
        var energies = new double[(sound.Length - block) / step + 1];
        foreach (float[] channel in sound.Channels)
        {
            double[] squares = KWeighting.Energies(channel, sound.SampleRate);
            double[] steps = [.. Enumerable.Range(0, energies.Length + 3).Select(s => Sum(squares.AsSpan(s * step, step)))];
            for (int b = 0; b < energies.Length; b++)
                energies[b] += (steps[b] + steps[b + 1] + steps[b + 2] + steps[b + 3]) / block;
        }
        double[] loud = [.. energies.Where(energy => Level(energy) > AbsoluteGate)];
        if (loud.Length == 0)
            return null;
        double gate = Level(loud.Average()) + RelativeGate;
        double[] counted = [.. loud.Where(energy => Level(energy) > gate)];
        return counted.Length == 0 ? null : Level(counted.Average());

        static double Level(double energy) => Offset + 10 * Math.Log10(energy);
    }

    /// <summary>The highest value between and at the samples, oversampled four times, in dB of full scale; null for
    /// silence.</summary>
    public static double? TruePeak(Waveform sound)
    {
        double peak = 0;
        foreach (float[] channel in sound.Channels)
            peak = Math.Max(peak, Peak(channel, peak));
        return peak == 0 ? null : 20 * Math.Log10(peak);
    }

    private static double Peak(float[] samples, double peak)
    {
        // No interpolated value exceeds the largest sample that it reads times the sum of the coefficients.
        double most = Phases.Max(phase => phase.Sum(Math.Abs));
        var padded = new float[samples.Length + 2 * TapsOfPhase];
        samples.CopyTo(padded, TapsOfPhase);
        for (int i = 0; i + TapsOfPhase <= padded.Length; i++)
        {
            float largest = 0;
            for (int t = 0; t < TapsOfPhase; t++)
                largest = Math.Max(largest, Math.Abs(padded[i + t]));
            if (largest * most <= peak)
                continue;
            foreach (double[] phase in Phases)
            {
                double value = 0;
                for (int t = 0; t < TapsOfPhase; t++)
                    value += phase[t] * padded[i + t];
                peak = Math.Max(peak, Math.Abs(value));
            }
        }
        return peak;
    }

    /// <summary>A windowed sinc in phases: values at 0, 1/4, 2/4 and 3/4 between two samples.</summary>
    private static double[][] Interpolation()
    {
        var phases = new double[Oversampling][];
        for (int p = 0; p < Oversampling; p++)
        {
            phases[p] = new double[TapsOfPhase];
            for (int t = 0; t < TapsOfPhase; t++)
            {
                double x = t - (TapsOfPhase / 2 - 1) - (double)p / Oversampling;
                double window = 0.5 * (1 + Math.Cos(Math.PI * x / (TapsOfPhase / 2)));
                phases[p][t] = x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x) * window;
            }
            double sum = phases[p].Sum();
            for (int t = 0; t < TapsOfPhase; t++)
                phases[p][t] /= sum;
        }
        return phases;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
