using System.Buffers.Binary;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// The block formats of GGUF files. A scale of a block is a float16; the K formats have blocks of 256 values in
/// sub-blocks, whose scales are integers.
/// </summary>
internal static class GgufBlocks
{
    /// <summary>32 values: scale, 32 signed bytes.</summary>
    public static readonly BlockEncoding Q8 = new("Q8_0", 32, 34, DecodeQ8);

    /// <summary>Eight sub-blocks of 32: scale and offset, 12 bytes of packed sub-scales, 128 bytes of nibbles.</summary>
    public static readonly BlockEncoding Q4K = new("Q4_K", 256, 144, DecodeQ4K);

    /// <summary>As <see cref="Q4K"/>, with 32 bytes of fifth bits before the nibbles.</summary>
    public static readonly BlockEncoding Q5K = new("Q5_K", 256, 176, DecodeQ5K);

    /// <summary>16 sub-blocks of 16: 128 bytes of low nibbles, 64 bytes of high bits, 16 signed sub-scales, scale.</summary>
    public static readonly BlockEncoding Q6K = new("Q6_K", 256, 210, DecodeQ6K);

    private const int ScaleBytes = 2, SubScalesAt = 4, SubScaleBytes = 12, FifthBits = 32;

    /// <summary>The scale of a block of <see cref="Q8"/>.</summary>
    public static float ScaleOf(ReadOnlySpan<byte> block) => (float)BinaryPrimitives.ReadHalfLittleEndian(block);

    /// <summary>The 32 signed values of a block of <see cref="Q8"/>, to be multiplied by the scale.</summary>
    public static ReadOnlySpan<byte> IntegersOf(ReadOnlySpan<byte> block) => block[ScaleBytes..Q8.Bytes];

    private static void DecodeQ8(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = ScaleOf(block);
        block = IntegersOf(block);
        for (int i = 0; i < values.Length; i++)
            values[i] = scale * (sbyte)block[i];
    }

    private static void DecodeQ4K(ReadOnlySpan<byte> block, Span<float> values) =>
        DecodeNibbles(block, default, block[(SubScalesAt + SubScaleBytes)..], values);

    private static void DecodeQ5K(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> after = block[(SubScalesAt + SubScaleBytes)..];
        DecodeNibbles(block, after[..FifthBits], after[FifthBits..], values);
    }

    /// <summary>Two sub-blocks at a time: 32 bytes have the low nibbles of one and the high nibbles of the next.</summary>
    private static void DecodeNibbles(
        ReadOnlySpan<byte> block, ReadOnlySpan<byte> fifths, ReadOnlySpan<byte> nibbles, Span<float> values)
    {
        float scale = ScaleOf(block), offset = ScaleOf(block[ScaleBytes..]);
        ReadOnlySpan<byte> packed = block.Slice(SubScalesAt, SubScaleBytes);
        for (int sub = 0; sub < 8; sub++)
        {
            (int factor, int minimum) = SubScale(packed, sub);
            float step = scale * factor, low = offset * minimum;
            ReadOnlySpan<byte> source = nibbles.Slice(sub / 2 * 32, 32);
            Span<float> target = values.Slice(sub * 32, 32);
            int shift = sub % 2 * 4;
            for (int i = 0; i < target.Length; i++)
            {
                int value = (source[i] >> shift) & 15;
                if (fifths.Length > 0)
                    value |= ((fifths[i] >> sub) & 1) << 4;
                target[i] = step * value - low;
            }
        }
    }

    /// <summary>Scale and minimum of a sub-block: six bits each; those of the last four are in two parts.</summary>
    private static (int Scale, int Minimum) SubScale(ReadOnlySpan<byte> packed, int sub) => sub < 4
        ? (packed[sub] & 63, packed[sub + 4] & 63)
        : ((packed[sub + 4] & 15) | (packed[sub - 4] >> 6 << 4), (packed[sub + 4] >> 4) | (packed[sub] >> 6 << 4));

    /// <summary>
    /// Each half of 128 values has 64 bytes of low nibbles and 32 bytes of bit pairs. Quarter q of a half has the nibbles of
    /// its first or second 32 bytes, the low ones for q below 2, and pair q.
    /// </summary>
    private static void DecodeQ6K(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> factors = block.Slice(192, 16);
        float scale = ScaleOf(block[208..]);
        for (int part = 0; part < 8; part++)
        {
            int half = part / 4, quarter = part % 4, lowShift = quarter / 2 * 4, highShift = quarter * 2;
            ReadOnlySpan<byte> lows = block.Slice(half * 64 + quarter % 2 * 32, 32), highs = block.Slice(128 + half * 32, 32);
            Span<float> target = values.Slice(part * 32, 32);
            float first = scale * (sbyte)factors[part * 2], second = scale * (sbyte)factors[part * 2 + 1];
            for (int i = 0; i < target.Length; i++)
            {
                int value = (lows[i] >> lowShift & 15) | (highs[i] >> highShift & 3) << 4;
                target[i] = (i < 16 ? first : second) * (value - 32);
            }
        }
    }
}
