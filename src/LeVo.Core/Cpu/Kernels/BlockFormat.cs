namespace LeVo.Core.Cpu.Kernels;

/// <summary>Bits of a stored weight.</summary>
internal enum WeightBits
{
    /// <summary>Four, unsigned, 8 stands for zero.</summary>
    Four = 4,

    /// <summary>Eight, signed, -127 to 127.</summary>
    Eight = 8,
}

/// <summary>
/// How weights lie in memory. A block holds the weights of 8 outputs: first all groups of 32 inputs, then their scales.
/// Within a group a vector holds 4 inputs of each of the 8 outputs, so that a product needs no sum across lanes: lane i
/// is output i. With four bits a byte holds two such vectors, the earlier one in its low half. A scale is the upper
/// half of a float32, 8 of them a group.
/// </summary>
internal static class BlockFormat
{
    /// <summary>Outputs of a block.</summary>
    public const int Outputs = 8;

    /// <summary>Inputs that share a scale.</summary>
    public const int Group = 32;

    /// <summary>Inputs of one output in a vector.</summary>
    public const int Quad = 4;

    /// <summary>Vectors of a group.</summary>
    public const int Quads = Group / Quad;

    /// <summary>Four bits: the stored number that stands for zero.</summary>
    public const int Zero4 = 8;

    private const int Alignment = 64;

    /// <summary>Bytes of a group's weights.</summary>
    public static int GroupBytes(WeightBits bits) => Outputs * Group * (int)bits / 8;

    /// <summary>Bytes of a block.</summary>
    public static int BlockBytes(WeightBits bits, int groups) =>
        RoundUp(groups * (GroupBytes(bits) + Outputs * sizeof(ushort)), Alignment);

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    public static long RoundUp(long value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
