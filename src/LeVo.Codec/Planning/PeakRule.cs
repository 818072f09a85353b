using System.Numerics.Tensors;

namespace LeVo.Codec.Planning;

/// <summary>Scales loud sound down to a peak, never quiet sound up. Input arrays are left as they are.</summary>
internal static class PeakRule
{
    /// <summary>All channels together, by the loudest sample of any.</summary>
    public static float[][] Joint(float[][] channels, float threshold = 0.8f)
    {
        float peak = channels.Max(channel => Peak(channel));
        return peak > threshold ? [.. channels.Select(channel => Scaled(channel, peak / threshold))] : channels;
    }

    /// <summary>Each channel by its own loudest sample.</summary>
    public static float[][] PerChannel(float[][] channels, float threshold = 0.9f) =>
        [.. channels.Select(channel => Joint([channel], threshold)[0])];

    /// <summary>All channels together, so that the loudest sample of any stays 1 % below full scale: the rule of separated
    /// stems.</summary>
    public static float[][] Guard(float[][] channels)
    {
        float divisor = 1.01f * channels.Max(channel => Peak(channel));
        return divisor > 1 ? [.. channels.Select(channel => Scaled(channel, divisor))] : channels;
    }

    private static float Peak(float[] channel) =>
        channel.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<float>(channel));

    private static float[] Scaled(float[] channel, float divisor)
    {
        var scaled = new float[channel.Length];
        TensorPrimitives.Divide(channel, divisor, scaled);
        return scaled;
    }
}
