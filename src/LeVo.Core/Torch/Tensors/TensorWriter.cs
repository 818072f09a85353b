using LeVo.Core.Checkpoints;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Tensors;

/// <summary>Writes libtorch's tensors as safetensors files.</summary>
internal static class TensorWriter
{
    private const long ChunkBytes = 1 << 26;

    /// <summary>
    /// Writes tensors; floating-point ones are converted to <paramref name="floats"/> if it is not null.
    /// </summary>
    /// <remarks>Tensors that the enumeration itself creates (<c>ParameterSet.ToStateDict</c>) are disposed by this
    /// method.</remarks>
    /// <exception cref="ArgumentException">A name occurs twice, or the format has no such type.</exception>
    /// <exception cref="IOException">The file can't be written; an existing one is unchanged.</exception>
    public static void Save(string path, IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null, ScalarType? floats = null)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path,
            [.. tensors.Select(t => Create(t.Name, StoredType(t.Value, floats), t.Value.shape, () => t.Value))], metadata);
    }

    /// <summary>
    /// Describes a tensor that is created when it is written and disposed afterwards, so that only one is in memory
    /// at a time.
    /// </summary>
    public static TensorToWrite Create(string name, ElementType type, long[] shape, Func<Tensor> create) =>
        new(name, type, shape, stream =>
        {
            using var scope = NewDisposeScope();
            Tensor flat = create().detach().to(type.ToScalarType(), CPU).contiguous().view(-1);
            long step = ChunkBytes / type.Size(), count = flat.numel();
            for (long done = 0; done < count; done += step)
                stream.Write(flat.narrow(0, done, Math.Min(step, count - done)).bytes);
        });

    private static ElementType StoredType(Tensor value, ScalarType? floats) =>
        (value.is_floating_point() && floats is ScalarType type ? type : value.dtype).ToElementType();
}
