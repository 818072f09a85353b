using System.Numerics;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.Tests.MiniWorld;

/// <summary>A phone must be audible in a single frame, whoever sings it at whatever pitch.</summary>
public class PhoneSeparationTests
{
    private const int Bands = 32;
    private const int Window = 2048;

    [Fact]
    public void Nearest_average_spectrum_names_the_phone()
    {
        var sums = new double[Phones.Count][];
        var counts = new int[Phones.Count];
        foreach ((int phone, double[] bands) in Frames(heldOut: false, songs: 40))
        {
            double[] sum = sums[phone] ??= new double[Bands];
            counts[phone]++;
            for (int b = 0; b < Bands; b++)
                sum[b] += bands[b];
        }
        Assert.All(counts.Skip(1), count => Assert.True(count > 20));

        int right = 0, all = 0;
        var misses = new Dictionary<string, int>();
        foreach ((int phone, double[] bands) in Frames(heldOut: true, songs: 20))
        {
            int nearest = Enumerable.Range(1, Phones.Count - 1).MinBy(p => Distance(bands, sums[p], counts[p]));
            all++;
            if (nearest == phone)
                right++;
            else
                misses[$"{Phones.Names[phone]} as {Phones.Names[nearest]}"] =
                    misses.GetValueOrDefault($"{Phones.Names[phone]} as {Phones.Names[nearest]}") + 1;
        }
        string worst = string.Join(", ", misses.OrderByDescending(m => m.Value).Take(12));
        Assert.True(right > 0.97 * all, $"{right} of {all}: {worst}");
    }

    /// <summary>Log band energies of each frame that holds the body of a phone (not a stop's closure).</summary>
    private static IEnumerable<(int Phone, double[] Bands)> Frames(bool heldOut, int songs)
    {
        for (int seed = 0; seed < songs; seed++)
        {
            MiniSong song = MiniRenderer.Render(MiniSongFactory.Create(seed, heldOut));
            for (int f = 0; f < song.Frames; f++)
                if (song.Phone[f] != 0 && f % song.Style.FramesPerSlot != 0)
                    yield return (song.Phone[f], LogBands(song.Vocal[0].AsSpan(f * 1920, 1920)));
        }
    }

    private static double Distance(double[] bands, double[] sum, int count)
    {
        double distance = 0;
        for (int b = 0; b < Bands; b++)
            distance += Math.Pow(bands[b] - sum[b] / count, 2);
        return distance;
    }

    private static double[] LogBands(ReadOnlySpan<float> samples)
    {
        var spectrum = new Complex[Window];
        for (int i = 0; i < samples.Length; i++)
            spectrum[i] = samples[i] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / samples.Length));
        Transform(spectrum);
        var bands = new double[Bands];
        for (int k = 1; k < Window / 2; k++)
        {
            double hz = k * 48000.0 / Window, mel = Math.Log(1 + hz / 700) / Math.Log(1 + 12000.0 / 700);
            if (mel < 1)
                bands[(int)(mel * Bands)] += spectrum[k].Magnitude * spectrum[k].Magnitude;
        }
        for (int b = 0; b < Bands; b++)
            bands[b] = Math.Log(bands[b] + 0.1);
        return bands;
    }

    private static void Transform(Span<Complex> x)
    {
        if (x.Length == 1)
            return;
        int half = x.Length / 2;
        var parts = new Complex[x.Length];
        for (int i = 0; i < half; i++)
            (parts[i], parts[half + i]) = (x[2 * i], x[2 * i + 1]);
        Transform(parts.AsSpan(0, half));
        Transform(parts.AsSpan(half));
        for (int k = 0; k < half; k++)
        {
            Complex turned = Complex.FromPolarCoordinates(1, -2 * Math.PI * k / x.Length) * parts[half + k];
            (x[k], x[k + half]) = (parts[k] + turned, parts[k] - turned);
        }
    }
}
