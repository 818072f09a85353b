using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Reads a weight back from a matrix of one block, written down a second time from the format's
/// description.</summary>
internal static unsafe class PackedWeight
{
    public static float Read(WeightBits bits, byte* matrix, int groups, int output, int input)
    {
        int group = input / 32, within = input % 32, vector = within / 4, lane = output * 4 + within % 4;
        int groupBytes = bits == WeightBits.Eight ? 256 : 128;
        byte* start = matrix + group * groupBytes;
        int value = bits == WeightBits.Eight
            ? (sbyte)start[vector * 32 + lane]
            : (start[vector / 2 * 32 + lane] >> (vector % 2 * 4) & 15) - 8;
        ushort scale = ((ushort*)(matrix + groups * groupBytes))[group * 8 + output];
        return value * BitConverter.UInt32BitsToSingle((uint)scale << 16);
    }
}
