using System.Numerics.Tensors;
using LeVo.Core.Audio;

namespace LeVo.Core.Prompts;

/// <summary>Computations on the samples of prompts.</summary>
internal static class PromptSound
{
    // More than the resampler's filter reaches beyond a sample.
    private const int MarginSeconds = 1;

    /// <summary>Why a recording can't be a prompt, or null.</summary>
    public static string? Problem(Waveform sound) =>
        sound.Length == 0 ? "has no samples"
        : Array.Exists(sound.Channels, channel => !TensorPrimitives.IsFiniteAll<float>(channel)) ? "has samples that are not finite numbers"
        : null;

    /// <summary>The beginning as stereo at a rate: mono becomes two equal channels, channels beyond two are left out.</summary>
    /// <param name="sound">The recording.</param>
    /// <param name="sampleRate">Samples per second of the result.</param>
    /// <param name="samples">The most samples of the result.</param>
    public static Waveform Beginning(Waveform sound, int sampleRate, int samples)
    {
        long needed = ((long)samples * sound.SampleRate + sampleRate - 1) / sampleRate + (long)MarginSeconds * sound.SampleRate;
        var first = new Waveform([.. sound.Channels.Take(2)], sound.SampleRate);
        Waveform part = first.Slice(0, (int)Math.Min(sound.Length, needed)).Resample(sampleRate);
        part = part.Slice(0, Math.Min(part.Length, samples));
        return part.ChannelCount == 2 ? part : new([part.Channels[0], part.Channels[0]], sampleRate);
    }

    /// <summary>a + b, as long as the shorter.</summary>
    public static Waveform Add(Waveform a, Waveform b) => Combine(a, b, (x, y, sum) => TensorPrimitives.Add(x, y, sum));

    /// <summary>a - b, as long as the shorter.</summary>
    public static Waveform Subtract(Waveform a, Waveform b) =>
        Combine(a, b, (x, y, rest) => TensorPrimitives.Subtract(x, y, rest));

    private static Waveform Combine(Waveform a, Waveform b, Action<float[], float[], float[]> combine)
    {
        int length = Math.Min(a.Length, b.Length);
        (a, b) = (a.Slice(0, length), b.Slice(0, length));
        Waveform result = Waveform.Silence(a.ChannelCount, length, a.SampleRate);
        for (int c = 0; c < a.ChannelCount; c++)
            combine(a.Channels[c], b.Channels[c], result.Channels[c]);
        return result;
    }
}
