using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>The tensors of a checkpoint file by name, whatever its format. Values are read only when they are asked for.
/// Thread-safe.</summary>
internal interface ICheckpoint : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>A path that leads to the open file's content, also after another file has taken its name.</summary>
    string ContentPath { get; }

    /// <summary>Type, shape and place of every tensor, by name.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The file's own key and value pairs; empty where the format has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The shape of a tensor, or null when the file has none of this name.</summary>
    long[]? ShapeOf(string name) => Tensors.TryGetValue(name, out StoredTensor? stored) ? stored.Shape : null;

    /// <summary>Fills a span with the file's bytes from an offset on.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    void ReadBytes(long offset, Span<byte> destination);

    /// <summary>Copies a part of a tensor's values, row-major in the stored type.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's first value; a multiple of the element
    /// size.</param>
    /// <param name="destination">Receives as many bytes as it has room for; a multiple of the element size.</param>
    void Read(string name, long offset, Span<byte> destination);

    /// <summary>Maps the whole file into memory that the caller owns; contiguous tensors lie at
    /// <see cref="StoredTensor.Offset"/>.</summary>
    MappedFile Map();
}
