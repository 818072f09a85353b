namespace LeVo.Alignment.Evaluation;

/// <summary>The K-weighting of ITU-R BS.1770-4: a shelf for the head and a high-pass, at any sample rate.</summary>
internal static class KWeighting
{
    /// <summary>Filters one channel.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <returns>The squares of the filtered samples.</returns>
    public static double[] Energies(float[] samples, int sampleRate)
    {
        (Biquad shelf, Biquad high) = (Biquad.Shelf(sampleRate), Biquad.HighPass(sampleRate));
        var energies = new double[samples.Length];
        double s1 = 0, s2 = 0, h1 = 0, h2 = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double x = samples[i], y = shelf.B0 * x + s1;
            s1 = shelf.B1 * x - shelf.A1 * y + s2;
            s2 = shelf.B2 * x - shelf.A2 * y;
            double z = high.B0 * y + h1;
            h1 = high.B1 * y - high.A1 * z + h2;
            h2 = high.B2 * y - high.A2 * z;
            energies[i] = z * z;
        }
        return energies;
    }

    /// <summary>
    /// The coefficients of the standard are given for 48 kHz alone. These are the analogue filters that they come from
    /// (bilinear transform), which give the same numbers there.
    /// </summary>
    private readonly record struct Biquad(double B0, double B1, double B2, double A1, double A2)
    {
        public static Biquad Shelf(int sampleRate)
        {
            const double Frequency = 1681.974450955533, Gain = 3.999843853973347, Q = 0.7071752369554196;
            double k = Math.Tan(Math.PI * Frequency / sampleRate), high = Math.Pow(10, Gain / 20);
            double band = Math.Pow(high, 0.4996667741545416), a0 = 1 + k / Q + k * k;
            return new((high + band * k / Q + k * k) / a0, 2 * (k * k - high) / a0, (high - band * k / Q + k * k) / a0,
                2 * (k * k - 1) / a0, (1 - k / Q + k * k) / a0);
        }

        public static Biquad HighPass(int sampleRate)
        {
            const double Frequency = 38.13547087602444, Q = 0.5003270373238773;
            double k = Math.Tan(Math.PI * Frequency / sampleRate), a0 = 1 + k / Q + k * k;
            return new(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / Q + k * k) / a0);
        }
    }
}
