using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace LeVo.Core.Checkpoints;

/// <summary>Element types that checkpoint files hold.</summary>
internal enum ElementType
{
    Float64,
    Float32,
    Float16,
    BFloat16,
    Float8E4M3,
    Float8E5M2,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,
}

/// <summary>Sizes, safetensors names and values of element types.</summary>
internal static class ElementTypes
{
    private static readonly (ElementType Type, string Name, int Size)[] Known =
    [
        (ElementType.Float64, "F64", 8), (ElementType.Float32, "F32", 4), (ElementType.Float16, "F16", 2),
        (ElementType.BFloat16, "BF16", 2), (ElementType.Float8E4M3, "F8_E4M3", 1), (ElementType.Float8E5M2, "F8_E5M2", 1),
        (ElementType.Int64, "I64", 8), (ElementType.Int32, "I32", 4), (ElementType.Int16, "I16", 2),
        (ElementType.Int8, "I8", 1), (ElementType.UInt8, "U8", 1), (ElementType.Bool, "BOOL", 1),
    ];

    /// <summary>Bytes of one element.</summary>
    public static int Size(this ElementType type) => Known[(int)type].Size;

    /// <summary>The type's name in a safetensors header.</summary>
    public static string SafetensorsName(this ElementType type) => Known[(int)type].Name;

    /// <summary>Whether elements are floating-point numbers.</summary>
    public static bool IsFloatingPoint(this ElementType type) => type <= ElementType.Float8E5M2;

    /// <summary>Converts elements to float32; false if they are not floating-point numbers.</summary>
    public static bool TryToFloat32(this ElementType type, ReadOnlySpan<byte> values, Span<float> destination)
    {
        switch (type)
        {
            case ElementType.Float32:
                values.CopyTo(MemoryMarshal.AsBytes(destination));
                return true;
            case ElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(values), destination);
                return true;
            case ElementType.BFloat16:
                ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(values);
                for (int i = 0; i < destination.Length; i++)
                    destination[i] = BitConverter.UInt32BitsToSingle((uint)halves[i] << 16);
                return true;
            case ElementType.Float64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(values), destination);
                return true;
            case ElementType.Float8E4M3 or ElementType.Float8E5M2:
                Float8.ToFloat32(type, values, destination);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The type of a name in a safetensors header.</summary>
    public static bool TryParse(string? name, out ElementType type)
    {
        int index = Array.FindIndex(Known, known => known.Name == name);
        type = index < 0 ? default : Known[index].Type;
        return index >= 0;
    }
}
