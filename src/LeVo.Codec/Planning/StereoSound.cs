using LeVo.Core.Audio;

namespace LeVo.Codec.Planning;

/// <summary>Brings sound of any kind to the two channels and the rate of the codec.</summary>
internal static class StereoSound
{
    /// <summary>Left and right, <c>[2][samples]</c>, of <see cref="Waveform.ToStereo"/>. Arrays are shared with the
    /// waveform where nothing had to change.</summary>
    public static float[][] From(Waveform sound, int sampleRate) =>
        (sound.ChannelCount > 2 ? sound.ToStereo() : sound).Resample(sampleRate).ToStereo().Channels;

    /// <summary>Samples of a channel of <see cref="From"/>.</summary>
    public static int Length(Waveform sound, int sampleRate) =>
        (int)(((long)sound.Length * sampleRate + sound.SampleRate - 1) / sound.SampleRate);
}
