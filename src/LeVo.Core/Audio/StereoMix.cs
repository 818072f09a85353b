using System.Numerics.Tensors;

namespace LeVo.Core.Audio;

/// <summary>Mixes three to eight channels to two (after ITU-R BS.775).</summary>
internal static class StereoMix
{
    private const float Half = 0.70710678f; // half of the power: -3 dB

    /// <summary>The part of each channel in left and right, by the number of channels, in the order of WAV and FLAC.</summary>
    private static readonly (float Left, float Right)[][] Tables =
    [
        [Left, Right, Centre],
        [Left, Right, SideLeft, SideRight],
        [Left, Right, Centre, SideLeft, SideRight],
        [Left, Right, Centre, Bass, SideLeft, SideRight],
        [Left, Right, Centre, Bass, Back, SideLeft, SideRight],
        [Left, Right, Centre, Bass, SideLeft, SideRight, SideLeft, SideRight],
    ];

    private static (float, float) Left => (1, 0);

    private static (float, float) Right => (0, 1);

    private static (float, float) Centre => (Half, Half);

    private static (float, float) Bass => (0, 0);

    private static (float, float) SideLeft => (Half, 0);

    private static (float, float) SideRight => (0, Half);

    private static (float, float) Back => (0.5f, 0.5f);

    /// <exception cref="ArgumentException">There are more than eight channels.</exception>
    public static float[][] Mix(float[][] channels)
    {
        if (channels.Length - 3 >= Tables.Length)
            throw new ArgumentException($"{channels.Length} channels cannot be mixed to two; at most 8 can.");
        float[] left = new float[channels[0].Length], right = new float[left.Length];
        (float Left, float Right)[] parts = Tables[channels.Length - 3];
        for (int c = 0; c < channels.Length; c++)
        {
            if (parts[c].Left != 0)
                TensorPrimitives.MultiplyAdd(channels[c], parts[c].Left, left, left);
            if (parts[c].Right != 0)
                TensorPrimitives.MultiplyAdd(channels[c], parts[c].Right, right, right);
        }
        return [left, right];
    }
}
