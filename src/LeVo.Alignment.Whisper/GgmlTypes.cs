namespace LeVo.Alignment.Whisper;

/// <summary>The storage of tensors in ggml files.</summary>
internal static class GgmlTypes
{
    public const int Float16 = 1;

    /// <summary>The bytes of a tensor.</summary>
    /// <param name="type">The number of the type.</param>
    /// <param name="name">The tensor's name, for messages.</param>
    /// <param name="shape">The dimensions, the innermost first.</param>
    /// <exception cref="InvalidDataException">The type is unknown, or rows are not whole blocks.</exception>
    public static long Bytes(int type, string name, long[] shape)
    {
        (int values, int bytes) = type switch
        {
            0 => (1, 4), // float32
            Float16 or 30 => (1, 2), // float16, bfloat16
            2 => (32, 18), // 4 bits
            3 => (32, 20),
            6 => (32, 22), // 5 bits
            7 => (32, 24),
            8 => (32, 34), // 8 bits
            10 => (256, 84), // 2 to 6 bits in blocks of 256
            11 => (256, 110),
            12 => (256, 144),
            13 => (256, 176),
            14 => (256, 210),
            _ => throw new InvalidDataException($"the tensor '{name}' has the unknown type {type}."),
        };
        if (shape[0] % values != 0)
            throw new InvalidDataException($"the tensor '{name}' has rows of {shape[0]} values, not blocks of {values}.");
        return shape.Aggregate(1L, (product, size) => product * size) / values * bytes;
    }
}
