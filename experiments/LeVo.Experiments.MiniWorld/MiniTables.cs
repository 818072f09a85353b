namespace LeVo.Experiments.MiniWorld;

/// <summary>Periodic sounds as tables: whole numbers of cycles in a fixed length, so playing them is an
/// index.</summary>
internal static class MiniTables
{
    /// <summary>Two frames: one cycle of the frequency grid of 12.5 Hz.</summary>
    public const int Period = 3840;

    /// <summary>Noise repeats after four frames; every slot restarts it, so a phone is always the same
    /// noise.</summary>
    public const int NoisePeriod = 7680;

    private static readonly double[] Sine = MakeSine();

    /// <summary>Partials of a fundamental of <paramref name="unit"/> * 12.5 Hz, brought to an RMS level.</summary>
    public static float[] Harmonic(int unit, double maxHz, Func<double, double> gainAtHz, double rms)
    {
        var sum = new double[Period];
        AddHarmonics(sum, unit, maxHz, (hz, _) => gainAtHz(hz));
        return ToLevel(sum, rms);
    }

    /// <summary>Adds partials; the gain is a function of the frequency in Hz and the partial's number.</summary>
    public static void AddHarmonics(double[] sum, int unit, double maxHz, Func<double, int, double> gain)
    {
        int partials = (int)(maxHz / (unit * MiniHarmony.Grid));
        for (int n = 1; n <= partials; n++)
        {
            double g = gain(n * unit * MiniHarmony.Grid, n);
            if (Math.Abs(g) < 1e-4)
                continue;
            // Quadratic phases spread the energy over the cycle: a low peak for the same loudness.
            int phase = 2 * ((int)(0.37 * n * n * Period) % Period);
            int step = 2 * n * unit % NoisePeriod;
            for (int i = 0, at = phase; i < Period; i++)
            {
                sum[i] += g * Sine[at];
                at += step;
                if (at >= NoisePeriod)
                    at -= NoisePeriod;
            }
        }
    }

    /// <summary>Noise in bands, brought to an RMS level.</summary>
    public static float[] Noise(IEnumerable<MiniVoice.Band> bands, double rms, long seed)
    {
        var sum = new double[NoisePeriod];
        var random = new MiniRandom(seed);
        const double Bin = (double)MiniSong.SampleRate / NoisePeriod;
        foreach (MiniVoice.Band band in bands)
        {
            for (int k = (int)(band.Low / Bin); k <= (int)(band.High / Bin); k++)
            {
                int at = random.Below(NoisePeriod);
                for (int i = 0; i < NoisePeriod; i++)
                {
                    sum[i] += band.Gain * Sine[at];
                    at += k;
                    if (at >= NoisePeriod)
                        at -= NoisePeriod;
                }
            }
        }
        return ToLevel(sum, rms);
    }

    public static float[] ToLevel(double[] sum, double rms)
    {
        double power = 0;
        foreach (double value in sum)
            power += value * value;
        double scale = power == 0 ? 0 : rms / Math.Sqrt(power / sum.Length);
        return [.. sum.Select(value => (float)(value * scale))];
    }

    private static double[] MakeSine()
    {
        var sine = new double[NoisePeriod];
        for (int i = 0; i < sine.Length; i++)
            sine[i] = Math.Sin(2 * Math.PI * i / NoisePeriod);
        return sine;
    }
}
