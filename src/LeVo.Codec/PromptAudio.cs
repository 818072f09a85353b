using LeVo.Core.Audio;

namespace LeVo.Codec;

/// <summary>Recordings as the codec takes them: stereo at its own rate.</summary>
internal static class PromptAudio
{
    private const int ExcerptSeconds = 10;
    private const int LongFrom = 30;
    private const int LongStart = 20;

    /// <summary>Two channels, <c>[2][samples]</c>: mono is doubled, surplus channels are dropped. Files are resampled with a
    /// kernel in single precision, as in the original.</summary>
    public static float[][] Stereo(Waveform recording, int sampleRate)
    {
        float[][] channels = [.. recording.Channels.Take(2)
            .Select(channel => SincResampler.Resample<float>(channel, recording.SampleRate, sampleRate))];
        return channels.Length == 2 ? channels : [channels[0], channels[0]];
    }

    /// <summary>The ten seconds that a decoder continues: seconds 20 to 30 of a long recording, the start of a short one.</summary>
    public static float[][] Excerpt(float[][] channels, int sampleRate)
    {
        bool isLong = channels[0].Length >= LongFrom * sampleRate;
        int start = isLong ? LongStart * sampleRate : 0;
        int end = Math.Min(channels[0].Length, start + ExcerptSeconds * sampleRate);
        return [.. channels.Select(channel => channel[start..end])];
    }
}
