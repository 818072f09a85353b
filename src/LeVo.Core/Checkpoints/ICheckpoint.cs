using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// The tensors of a checkpoint file by name, independent of its format. Values are read on demand. Thread-safe.
/// </summary>
internal interface ICheckpoint : IDisposable
{
    /// <summary>The file's path.</summary>
    string Path { get; }

    /// <summary>A path to the content of the open file, valid even after the file has been replaced.</summary>
    string ContentPath { get; }

    /// <summary>Type, shape and location of every tensor, by name.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The file's metadata; empty if the format has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The shape of a tensor, or null when the file has none of this name.</summary>
    long[]? ShapeOf(string name) => Tensors.TryGetValue(name, out StoredTensor? stored) ? stored.Shape : null;

    /// <summary>Fills a span with the file's bytes, starting at an offset.</summary>
    /// <exception cref="InvalidDataException">The file ends before the span is full.</exception>
    void ReadBytes(long offset, Span<byte> destination);

    /// <summary>
    /// Copies elements of a tensor in the order in which they are stored, decoded if they are stored in blocks.
    /// </summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="first">The first element.</param>
    /// <param name="destination">Receives the elements; its length is a multiple of the element size.</param>
    void ReadElements(StoredTensor stored, long first, Span<byte> destination) =>
        ReadBytes(stored.Offset + first * stored.Type.Size(), destination);

    /// <summary>Copies a part of a tensor's values, row-major in the stored type.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's first value; a multiple of the element
    /// size.</param>
    /// <param name="destination">Receives the bytes; its length is a multiple of the element size.</param>
    void Read(string name, long offset, Span<byte> destination);

    /// <summary>
    /// Maps the whole file into memory; the caller disposes the mapping. Contiguous tensors, or their blocks, start at
    /// <see cref="StoredTensor.Offset"/>.
    /// </summary>
    MappedFile Map();
}
