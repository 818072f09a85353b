namespace LeVo.Core.Model;

/// <summary>The frequencies of rotary position embedding, rounded as in the reference implementation.</summary>
internal static class RotaryFrequencies
{
    /// <summary>theta^(-2i / headWidth): exponent, power and reciprocal each rounded to float32.</summary>
    public static float[] Inverse(int headWidth, float theta)
    {
        var inverse = new float[headWidth / 2];
        for (int i = 0; i < inverse.Length; i++)
            inverse[i] = 1f / (float)Math.Pow(theta, 2f * i / headWidth);
        return inverse;
    }
}
