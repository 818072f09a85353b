using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>The element types that checkpoint files hold, by their safetensors names.</summary>
internal static class ElementType
{
    private static readonly (string Name, ScalarType Type, int Size)[] Known =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2), ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1), ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Bytes of one element.</summary>
    /// <exception cref="ArgumentException">No checkpoint file holds this type.</exception>
    public static int Size(ScalarType type) => Find(type).Size;

    /// <summary>The type's name in a safetensors header.</summary>
    /// <exception cref="ArgumentException">No checkpoint file holds this type.</exception>
    public static string Name(ScalarType type) => Find(type).Name;

    /// <summary>The type of a name in a safetensors header.</summary>
    public static bool TryParse(string? name, out ScalarType type)
    {
        int index = Array.FindIndex(Known, known => known.Name == name);
        type = index < 0 ? default : Known[index].Type;
        return index >= 0;
    }

    private static (string Name, ScalarType Type, int Size) Find(ScalarType type)
    {
        int index = Array.FindIndex(Known, known => known.Type == type);
        return index >= 0
            ? Known[index]
            : throw new ArgumentException($"Checkpoint files can't hold {type}.", nameof(type));
    }
}
