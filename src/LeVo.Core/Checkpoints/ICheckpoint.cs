using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// The tensors of a checkpoint by name, independent of its format and of how many files it has. Values are read on
/// demand. Thread-safe.
/// </summary>
internal interface ICheckpoint : IDisposable
{
    /// <summary>The path: the file, or the index of several files.</summary>
    string Path { get; }

    /// <summary>Type, shape and location of every tensor, by name.</summary>
    IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>The file's metadata; empty if the format has none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The shape of a tensor, or null when the file has none of this name.</summary>
    long[]? ShapeOf(string name) => Tensors.TryGetValue(name, out StoredTensor? stored) ? stored.Shape : null;

    /// <summary>A path to the content of an open file, valid even after the file has been replaced.</summary>
    /// <param name="file">The file, <see cref="StoredTensor.File"/>.</param>
    string ContentPath(int file = 0);

    /// <summary>Fills a span with a file's bytes, starting at an offset.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="file">The file, <see cref="StoredTensor.File"/>.</param>
    /// <exception cref="InvalidDataException">The file ends before the span is full.</exception>
    void ReadBytes(long offset, Span<byte> destination, int file = 0);

    /// <summary>
    /// Copies elements of a tensor in the order in which they are stored, decoded if they are stored in blocks.
    /// </summary>
    /// <param name="stored">The tensor.</param>
    /// <param name="first">The first element.</param>
    /// <param name="destination">Receives the elements; its length is a multiple of the element size.</param>
    void ReadElements(StoredTensor stored, long first, Span<byte> destination) =>
        ReadBytes(stored.Offset + first * stored.Type.Size(), destination, stored.File);

    /// <summary>Copies a part of a tensor's values, row-major in the stored type.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="offset">The first byte, counted from the tensor's first value; a multiple of the element
    /// size.</param>
    /// <param name="destination">Receives the bytes; its length is a multiple of the element size.</param>
    void Read(string name, long offset, Span<byte> destination);

    /// <summary>
    /// Maps a whole file into memory; the caller disposes the mapping. Contiguous tensors, or their blocks, start at
    /// <see cref="StoredTensor.Offset"/>.
    /// </summary>
    /// <param name="file">The file, <see cref="StoredTensor.File"/>.</param>
    MappedFile Map(int file = 0);
}
