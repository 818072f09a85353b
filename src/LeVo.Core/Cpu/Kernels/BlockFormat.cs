namespace LeVo.Core.Cpu.Kernels;

/// <summary>Bits of a stored weight.</summary>
internal enum WeightBits
{
    /// <summary>4 bits, unsigned; 8 represents zero.</summary>
    Four = 4,

    /// <summary>8 bits, signed, -127 to 127.</summary>
    Eight = 8,
}

/// <summary>
/// The memory layout of quantised weights. A block contains the weights of 8 outputs in groups of 32 inputs. Within a
/// group, a vector contains 4 inputs of each of the 8 outputs, so that products need no horizontal sum: lane i is output
/// i. With 4 bits, each byte contains elements of two consecutive vectors, the first one in the low nibble. The scales of
/// all blocks follow the last block: weights and scales are two continuous streams, which hardware prefetches; scales
/// between the blocks would interrupt the stream of weights. A scale is the upper half of a float32; a group has 8.
/// </summary>
internal static class BlockFormat
{
    /// <summary>Outputs per block.</summary>
    public const int Outputs = 8;

    /// <summary>Inputs that share a scale.</summary>
    public const int Group = 32;

    /// <summary>Inputs of one output in a vector.</summary>
    public const int Quad = 4;

    /// <summary>Vectors per group.</summary>
    public const int Quads = Group / Quad;

    /// <summary>The stored 4-bit value that represents zero.</summary>
    public const int Zero4 = 8;

    /// <summary>Bytes of a group's weights.</summary>
    public static int GroupBytes(WeightBits bits) => Outputs * Group * (int)bits / 8;

    /// <summary>Bytes of a block's weights.</summary>
    public static int BlockBytes(WeightBits bits, int groups) => groups * GroupBytes(bits);

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    public static long RoundUp(long value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
