using LeVo.Core.Checkpoints;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>Converts between the element types of files and of libtorch.</summary>
internal static class TensorTypes
{
    private static readonly (ElementType Stored, ScalarType Type)[] Pairs =
    [
        (ElementType.Float64, ScalarType.Float64), (ElementType.Float32, ScalarType.Float32),
        (ElementType.Float16, ScalarType.Float16), (ElementType.BFloat16, ScalarType.BFloat16),
        (ElementType.Int64, ScalarType.Int64), (ElementType.Int32, ScalarType.Int32),
        (ElementType.Int16, ScalarType.Int16), (ElementType.Int8, ScalarType.Int8),
        (ElementType.UInt8, ScalarType.Byte), (ElementType.Bool, ScalarType.Bool),
        (ElementType.Float8E4M3, ScalarType.BFloat16), (ElementType.Float8E5M2, ScalarType.BFloat16),
    ];

    /// <summary>The type that stored tensors are loaded in; 8-bit floating-point numbers are exact in bfloat16.</summary>
    public static ScalarType ToScalarType(this ElementType type) => Array.Find(Pairs, pair => pair.Stored == type).Type;

    /// <exception cref="ArgumentException">Checkpoint files cannot store this type.</exception>
    public static ElementType ToElementType(this ScalarType type)
    {
        int index = Array.FindIndex(Pairs, pair => pair.Type == type);
        return index >= 0
            ? Pairs[index].Stored
            : throw new ArgumentException($"Checkpoint files can't store {type}.", nameof(type));
    }
}
