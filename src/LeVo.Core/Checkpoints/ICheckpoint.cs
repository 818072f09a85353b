using LeVo.Core.IO;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>The tensors of a checkpoint file by name, whatever its format. Nothing is read before it is asked for.
/// Thread-safe.</summary>
internal interface ICheckpoint : ITensorSource, IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>Type, shape and place of every tensor, by name.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The names of all tensors.</summary>
    IEnumerable<string> Names => Tensors.Keys;

    /// <summary>The shape of a tensor, or null when the file has none of this name.</summary>
    long[]? ShapeOf(string name) => Tensors.TryGetValue(name, out StoredTensor? stored) ? stored.Shape : null;

    /// <summary>A tensor in its stored type, owned by the caller and valid after the checkpoint is closed.</summary>
    /// <exception cref="KeyNotFoundException">The file has no tensor of this name.</exception>
    Tensor Load(string name);

    /// <summary>Copies a part of a tensor's values, row-major in the stored type, without TorchSharp.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's first value; a multiple of the element
    /// size.</param>
    /// <param name="destination">Takes as many bytes as it has room for; a multiple of the element size.</param>
    void Read(string name, long offset, Span<byte> destination);

    /// <summary>The file's bytes as memory of the caller's own, without TorchSharp; contiguous tensors lie there as
    /// <see cref="StoredTensor.Offset"/> says.</summary>
    MappedFile Map();
}
