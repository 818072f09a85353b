using System.Numerics;
using System.Numerics.Tensors;

namespace LeVo.Core.Audio;

/// <summary>
/// Changes the sample rate with a windowed sinc (cosine-squared window, six zero crossings, cut-off at 99 % of the
/// lower Nyquist frequency), the resampler with which the codec's networks were trained. Thread-safe.
/// </summary>
internal static class SincResampler
{
    /// <summary>Resamples one channel; the signal is zero-padded at both ends.</summary>
    /// <param name="samples">Input samples.</param>
    /// <param name="fromRate">Samples per second of the input.</param>
    /// <param name="toRate">Samples per second of the output.</param>
    /// <returns>ceil(length · toRate / fromRate) samples; a copy where the rates are equal.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate is not positive.</exception>
    public static float[] Resample(ReadOnlySpan<float> samples, int fromRate, int toRate) =>
        Resample<double>(samples, fromRate, toRate);

    /// <summary>
    /// Resamples with a kernel that is computed in <typeparamref name="TPrecision"/> and rounded to float. The 48 to
    /// 24 kHz step before MusicFM uses double; the reference implementation reads files with a float kernel
    /// (difference 3e-6).
    /// </summary>
    internal static float[] Resample<TPrecision>(ReadOnlySpan<float> samples, int fromRate, int toRate)
        where TPrecision : IFloatingPointIeee754<TPrecision>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fromRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(toRate);
        if (fromRate == toRate || samples.IsEmpty)
            return samples.ToArray();
        SincKernel kernel = SincKernel.Create<TPrecision>(fromRate, toRate);
        var padded = new float[kernel.Width + samples.Length + kernel.Width + kernel.Stride];
        samples.CopyTo(padded.AsSpan(kernel.Width));
        long length = ((long)samples.Length * kernel.Phases + kernel.Stride - 1) / kernel.Stride;
        var output = new float[length];
        int position = 0;
        for (int start = 0; position < output.Length; start += kernel.Stride)
        {
            for (int phase = 0; phase < kernel.Phases && position < output.Length; phase++)
            {
                ReadOnlySpan<float> taps = kernel.Taps(phase);
                ReadOnlySpan<float> input = padded.AsSpan(start + kernel.FirstTap(phase), taps.Length);
                output[position++] = TensorPrimitives.Dot(taps, input);
            }
        }
        return output;
    }
}
