using System.Buffers.Binary;
using System.Globalization;

namespace LeVo.Core.Checkpoints;

/// <summary>Types of metadata values.</summary>
internal enum GgufValueType
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    Float32,
    Bool,
    String,
    Array,
    UInt64,
    Int64,
    Float64,
}

/// <summary>An array of the metadata: where its values are; they are read when they are needed.</summary>
internal sealed record GgufArray(GgufValueType Type, long Count, long Offset);

/// <summary>Metadata values of fixed size.</summary>
internal static class GgufValues
{
    /// <summary>Bytes of a value, or null when they differ.</summary>
    public static int? Size(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 => 8,
        _ => null,
    };

    /// <summary>A value of fixed size as invariant text.</summary>
    public static string Text(GgufValueType type, ReadOnlySpan<byte> value)
    {
        IFormattable number = type switch
        {
            GgufValueType.UInt8 => value[0],
            GgufValueType.Int8 => (sbyte)value[0],
            GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(value),
            GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(value),
            GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(value),
            GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(value),
            GgufValueType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(value),
            GgufValueType.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(value),
            GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(value),
            GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(value),
            _ => value[0] != 0 ? 1 : 0,
        };
        return number.ToString(null, CultureInfo.InvariantCulture);
    }
}
