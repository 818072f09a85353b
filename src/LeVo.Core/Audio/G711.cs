namespace LeVo.Core.Audio;

/// <summary>The two logarithmic codes of telephony (ITU-T G.711).</summary>
internal static class G711
{
    private static readonly float[] MuLawTable = Table(MuLaw), ALawTable = Table(ALaw);

    /// <summary>The sample of a mu-law code, nominally in [-1, 1].</summary>
    public static float FromMuLaw(byte code) => MuLawTable[code];

    /// <summary>The sample of an A-law code, nominally in [-1, 1].</summary>
    public static float FromALaw(byte code) => ALawTable[code];

    private static float[] Table(Func<int, int> decode) =>
        [.. Enumerable.Range(0, 256).Select(code => decode(code) / 32768f)];

    private static int MuLaw(int code)
    {
        const int Bias = 0x84;
        int bits = ~code & 0xFF, size = ((bits & 15) << 3) + Bias << (bits >> 4 & 7);
        return (bits & 0x80) != 0 ? Bias - size : size - Bias;
    }

    private static int ALaw(int code)
    {
        int bits = code ^ 0x55, exponent = bits >> 4 & 7, size = ((bits & 15) << 4) + 8;
        if (exponent > 0)
            size = size + 0x100 << exponent - 1;
        return (bits & 0x80) != 0 ? size : -size;
    }
}
