using System.Runtime.InteropServices;

namespace LeVo.Testing.Gguf;

/// <summary>Encodes values as GGUF stores them. Simple: scales from the extremes, everything rounded to nearest.</summary>
public static class GgufQuantizer
{
    private const int KValues = 256;

    /// <summary>Values of a block; the length of rows is a multiple of it.</summary>
    public static int BlockValues(GgufTensorType type) => type switch
    {
        GgufTensorType.Q8 => 32,
        GgufTensorType.Q4K or GgufTensorType.Q5K or GgufTensorType.Q6K => KValues,
        _ => 1,
    };

    public static byte[] Encode(GgufTensorType type, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return type switch
        {
            GgufTensorType.F32 => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
            GgufTensorType.F16 => MemoryMarshal.AsBytes(values.Select(v => (Half)v).ToArray().AsSpan()).ToArray(),
            GgufTensorType.BF16 => MemoryMarshal.AsBytes(values.Select(BFloat16).ToArray().AsSpan()).ToArray(),
            _ => [.. values.Chunk(BlockValues(type)).SelectMany(block => type switch
            {
                GgufTensorType.Q8 => Q8(block),
                GgufTensorType.Q6K => Q6K(block),
                _ => Nibbles(block, fifth: type == GgufTensorType.Q5K),
            })],
        };
    }

    private static ushort BFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static byte[] Q8(float[] block)
    {
        float scale = block.Max(Math.Abs) / 127;
        return [.. Scale(scale), .. block.Select(v => (byte)(sbyte)(scale == 0 ? 0 : MathF.Round(v / scale)))];
    }

    private static byte[] Q6K(float[] block)
    {
        float[] steps = [.. block.Chunk(16).Select(sub => sub.Max(Math.Abs) / 31)];
        Half scale = (Half)(steps.Max() / 127);
        int[] factors = [.. steps.Select(step => Divide(step, (float)scale, 0, 127))];
        byte[] lows = new byte[128], highs = new byte[64];
        for (int i = 0; i < KValues; i++)
        {
            int q = Divide(block[i], (float)scale * factors[i / 16], -32, 31) + 32;
            int half = i / 128, within = i % 128;
            lows[half * 64 + within % 64] |= (byte)((q & 15) << within / 64 * 4);
            highs[half * 32 + within % 32] |= (byte)(q >> 4 << within / 32 * 2);
        }
        return [.. lows, .. highs, .. factors.Select(factor => (byte)factor), .. BitConverter.GetBytes(scale)];
    }

    private static byte[] Nibbles(float[] block, bool fifth)
    {
        int most = fifth ? 31 : 15;
        float[][] subs = [.. block.Chunk(32)];
        float[] lows = [.. subs.Select(sub => Math.Max(0, -sub.Min()))];
        float[] steps = [.. subs.Select((sub, j) => Math.Max(0, sub.Max() + lows[j]) / most)];
        Half scale = (Half)(steps.Max() / 63), offset = (Half)(lows.Max() / 63);
        int[] factors = [.. steps.Select(step => Divide(step, (float)scale, 0, 63))];
        int[] minima = [.. lows.Select(low => Divide(low, (float)offset, 0, 63))];
        byte[] packed = new byte[12], bits = new byte[32], nibbles = new byte[128];
        for (int j = 0; j < 8; j++)
        {
            if (j < 4)
            {
                packed[j] |= (byte)factors[j];
                packed[j + 4] |= (byte)minima[j];
            }
            else
            {
                packed[j + 4] = (byte)((factors[j] & 15) | ((minima[j] & 15) << 4));
                packed[j - 4] |= (byte)(factors[j] >> 4 << 6);
                packed[j] |= (byte)(minima[j] >> 4 << 6);
            }
            for (int i = 0; i < 32; i++)
            {
                int q = Divide(subs[j][i] + (float)offset * minima[j], (float)scale * factors[j], 0, most);
                nibbles[j / 2 * 32 + i] |= (byte)((q & 15) << j % 2 * 4);
                bits[i] |= (byte)(q >> 4 << j);
            }
        }
        return [.. BitConverter.GetBytes(scale), .. BitConverter.GetBytes(offset), .. packed, .. fifth ? bits : [], .. nibbles];
    }

    private static byte[] Scale(float scale) => BitConverter.GetBytes((Half)scale);

    private static int Divide(float value, float step, int least, int most) =>
        step == 0 ? 0 : Math.Clamp((int)MathF.Round(value / step), least, most);
}
