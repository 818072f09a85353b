namespace LeVo.Core.Checkpoints;

/// <summary>
/// 8-bit floating-point numbers: E4M3 (4 bits of exponent, no infinity) and E5M2. Both are exact in bfloat16 and float32.
/// </summary>
internal static class Float8
{
    private static readonly float[] E4M3 = [.. Enumerable.Range(0, 256).Select(OfE4M3)];
    private static readonly float[] E5M2 =
        [.. Enumerable.Range(0, 256).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)(bits << 8)))];

    // What conversion programs add to a scaled weight's name.
    private static readonly string[] ScaleSuffixes = ["_scale", "_scale_inv"];

    /// <summary>Whether this is one of the two types.</summary>
    public static bool IsFloat8(this ElementType type) => type is ElementType.Float8E4M3 or ElementType.Float8E5M2;

    /// <summary>Converts numbers to float32.</summary>
    public static void ToFloat32(ElementType type, ReadOnlySpan<byte> values, Span<float> destination)
    {
        float[] table = type == ElementType.Float8E4M3 ? E4M3 : E5M2;
        for (int i = 0; i < values.Length; i++)
            destination[i] = table[values[i]];
    }

    /// <summary>Converts numbers to the bits of bfloat16.</summary>
    public static void ToBFloat16(ElementType type, ReadOnlySpan<byte> values, Span<ushort> destination)
    {
        float[] table = type == ElementType.Float8E4M3 ? E4M3 : E5M2;
        for (int i = 0; i < values.Length; i++)
            destination[i] = (ushort)(BitConverter.SingleToUInt32Bits(table[values[i]]) >> 16);
    }

    /// <summary>Refuses 8-bit weights that are stored with scales, which are not applied here.</summary>
    /// <exception cref="InvalidDataException">There are such weights; the message contains a scale's name.</exception>
    public static void RefuseScales(string path, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        foreach (StoredTensor tensor in tensors.Values.Where(tensor => tensor.Type.IsFloat8()))
        {
            string module = tensor.Name[..(tensor.Name.LastIndexOf('.') + 1)];
            if (ScaleSuffixes.Select(suffix => tensor.Name + suffix).Append(module + "scale_weight")
                .FirstOrDefault(tensors.ContainsKey) is { } scale)
            {
                throw new InvalidDataException($"'{path}': '{tensor.Name}' has {tensor.Type.SafetensorsName()} numbers that "
                    + $"'{scale}' scales, which is not supported; use the checkpoint in BF16, F16 or F32.");
            }
        }
    }

    private static float OfE4M3(int bits)
    {
        int exponent = (bits >> 3) & 15, mantissa = bits & 7;
        float magnitude = (exponent, mantissa) switch
        {
            (15, 7) => float.NaN,
            (0, _) => mantissa * MathF.Pow(2, -9),
            _ => (8 + mantissa) * MathF.Pow(2, exponent - 10),
        };
        return bits < 128 ? magnitude : -magnitude;
    }
}
