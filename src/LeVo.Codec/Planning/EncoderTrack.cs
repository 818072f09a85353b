using LeVo.Codec.Model;
using LeVo.Core.Audio;

namespace LeVo.Codec.Planning;

/// <summary>
/// One stereo track as input of the encoder: limited, repeated periodically without end, and cut into independent segments.
/// </summary>
internal sealed class EncoderTrack
{
    private readonly float[][] channels;
    private readonly int sampleRate;

    private EncoderTrack(float[][] channels, int sampleRate)
    {
        this.channels = channels;
        this.sampleRate = sampleRate;
    }

    private int Length => channels[0].Length;

    /// <summary>Frames of the track; one more than fit, except for lengths where rounding takes one away
    /// (29 · 1920 samples at 48 kHz give 29, not 30).</summary>
    public int Frames => (int)(Length / (double)sampleRate * MusicFmConfig.FrameRate) + 1;

    /// <summary>Each track limited by its own peak, then all cut to the shortest.</summary>
    /// <param name="tracks">Stereo tracks, <c>[tracks][2][samples]</c>.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <exception cref="ArgumentException">A track is not stereo or has no samples.</exception>
    public static EncoderTrack[] Prepare(IReadOnlyList<float[][]> tracks, int sampleRate)
    {
        if (tracks.Any(track => track.Length != 2 || track[0].Length != track[1].Length))
            throw new ArgumentException("A track has two channels of one length.", nameof(tracks));
        int length = tracks.Min(track => track[0].Length);
        if (length == 0)
            throw new ArgumentException("A track has no samples.", nameof(tracks));
        return
        [
            .. tracks.Select(track => new EncoderTrack(
                [.. PeakRule.Joint(track).Select(channel => channel.Length == length ? channel : channel[..length])],
                sampleRate)),
        ];
    }

    /// <summary>One segment as mono at 24 kHz, resampled on its own: zeros lie beyond its ends.</summary>
    public float[] Segment(int index, int segmentSamples)
    {
        float[][] parts = [.. channels.Select(channel => Periodic(channel, index, segmentSamples))];
        var limited = new Waveform(PeakRule.PerChannel(parts), sampleRate);
        return limited.ToMono().Resample(MusicFmConfig.SampleRate).Channels[0];
    }

    private static float[] Periodic(float[] channel, int index, int segmentSamples)
    {
        var segment = new float[segmentSamples];
        int source = (int)((long)index * segmentSamples % channel.Length);
        for (int filled = 0; filled < segmentSamples; source = 0)
        {
            int count = Math.Min(channel.Length - source, segmentSamples - filled);
            channel.AsSpan(source, count).CopyTo(segment.AsSpan(filled));
            filled += count;
        }
        return segment;
    }
}
