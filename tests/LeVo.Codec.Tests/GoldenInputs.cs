using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests;

/// <summary>Inputs of the codec's goldens; they follow from names.</summary>
internal static class GoldenInputs
{
    /// <summary>Name-seeded numbers of variance 1.</summary>
    public static Tensor UnitNoise(string name, params long[] shape)
    {
        double[] values = NameSeeded.Uniform(name, shape.Aggregate(1L, (a, b) => a * b));
        return tensor([.. values.Select(v => (float)(v * Math.Sqrt(3)))], shape);
    }

    /// <summary>Coloured noise with an envelope and pauses, <c>[channels][samples]</c>.</summary>
    public static float[][] Wave(string name, int samples, int channels, double scale, int block = 960) =>
        [.. Enumerable.Range(0, channels).Select(c => Channel($"{name}.{c}", samples, scale, block))];

    /// <summary><see cref="Wave"/> as a tensor <c>[channels, samples]</c>.</summary>
    public static Tensor WaveTensor(string name, int samples, int channels, double scale, int block = 960) =>
        tensor([.. Wave(name, samples, channels, scale, block).SelectMany(c => c)], [channels, samples]);

    private static float[] Channel(string name, int samples, double scale, int block)
    {
        int blocks = (samples + block - 1) / block;
        double[] u = NameSeeded.Uniform(name, samples);
        double[] envelope = NameSeeded.Uniform(name + ".env", blocks);
        double[] tilt = NameSeeded.Uniform(name + ".tilt", blocks);
        var wave = new float[samples];
        for (int i = 0; i < samples; i++)
        {
            int b = i / block;
            double gain = b % 24 is >= 12 and <= 17 ? 0 : envelope[b] * envelope[b];
            wave[i] = (float)(scale * gain * (u[i] + tilt[b] * (i > 0 ? u[i - 1] : 0)));
        }
        return wave;
    }
}
