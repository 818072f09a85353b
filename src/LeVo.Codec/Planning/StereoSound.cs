using LeVo.Core.Audio;

namespace LeVo.Codec.Planning;

/// <summary>Brings sound of any kind to the two channels and the rate of the codec.</summary>
internal static class StereoSound
{
    /// <summary>Left and right, <c>[2][samples]</c>; mono goes to both sides, channels beyond two are dropped. Arrays
    /// are shared with the waveform where nothing had to change.</summary>
    public static float[][] From(Waveform sound, int sampleRate)
    {
        float[][] resampled = [.. sound.Channels.Take(2).Select(channel =>
            sound.SampleRate == sampleRate ? channel : SincResampler.Resample(channel, sound.SampleRate, sampleRate))];
        return [resampled[0], resampled[^1]];
    }

    /// <summary>Samples of a channel of <see cref="From"/>.</summary>
    public static int Length(Waveform sound, int sampleRate) =>
        (int)(((long)sound.Length * sampleRate + sound.SampleRate - 1) / sound.SampleRate);
}
