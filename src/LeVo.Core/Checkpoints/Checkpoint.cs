using System.Runtime.InteropServices;
using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// A checkpoint in safetensors format, <c>torch.save</c>'s zip format or GGUF, in one file or in several with an index; the
/// format is detected from the content.
/// </summary>
internal sealed class Checkpoint : ICheckpoint
{
    private readonly IReadOnlyList<TensorFile> files;
    private long copiedBytes;

    private Checkpoint(string path, IReadOnlyList<TensorFile> files, IReadOnlyDictionary<string, StoredTensor> tensors,
        IReadOnlyDictionary<string, string> metadata) =>
        (Path, this.files, Tensors, Metadata) = (path, files, tensors, metadata);

    public string Path { get; }

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Bytes of tensors that were copied out of the files so far; mapped tensors are not counted.</summary>
    public long CopiedBytes => Interlocked.Read(ref copiedBytes);

    /// <summary>Opens a file and validates its tensor directory; tensor values are not read.</summary>
    /// <param name="path">The file, or an index that names several (<see cref="ShardIndex"/>).</param>
    /// <param name="prefix">When any name starts with this prefix, only those names are kept, with the prefix
    /// removed.</param>
    /// <exception cref="InvalidDataException">The format is not supported, or the file is corrupt.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static Checkpoint Open(string path, string prefix = "") => Open(path, null, prefix);

    /// <summary>Reads an open file, which the checkpoint owns from then on.</summary>
    /// <inheritdoc cref="Open(string, string)"/>
    public static Checkpoint Open(TensorFile file, string prefix = "") => Open(file.Path, null, prefix, file);

    /// <summary>
    /// Opens a file of a model's tensors, whatever precedes their names (<see cref="TensorNames"/>). Only the tensors under
    /// that prefix are kept; all are, with the names of the file, when none of the model's names is found.
    /// </summary>
    /// <param name="path">The file, or an index that names several (<see cref="ShardIndex"/>).</param>
    /// <param name="known">The model's names.</param>
    /// <inheritdoc cref="Open(string, string)"/>
    public static Checkpoint Open(string path, IReadOnlySet<string> known) => Open(path, known, "");

    public string ContentPath(int file = 0) => files[file].ContentPath;

    public void ReadBytes(long offset, Span<byte> destination, int file = 0)
    {
        files[file].Read(offset, destination);
        Interlocked.Add(ref copiedBytes, destination.Length);
    }

    public void ReadElements(StoredTensor stored, long first, Span<byte> destination)
    {
        files[stored.File].ReadElements(stored, first, destination);
        Interlocked.Add(ref copiedBytes, destination.Length);
    }

    public void Read(string name, long offset, Span<byte> destination)
    {
        StoredTensor stored = Tensors[name];
        files[stored.File].ReadValues(stored, offset, destination);
        Interlocked.Add(ref copiedBytes, destination.Length);
    }

    /// <summary>All values of a tensor, row-major.</summary>
    /// <typeparam name="T">The stored type.</typeparam>
    /// <exception cref="InvalidDataException">The tensor exceeds the maximum array length.</exception>
    public T[] Values<T>(string name)
        where T : unmanaged
    {
        StoredTensor stored = Tensors[name];
        if (stored.ByteCount > Array.MaxLength)
            throw new InvalidDataException($"'{Path}': '{name}' {StoredTensor.Text(stored.Shape)} is too large.");
        var values = new T[stored.Count];
        Read(name, 0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public MappedFile Map(int file = 0) => files[file].Map();

    public void Dispose()
    {
        foreach (TensorFile file in files)
            file.Dispose();
    }

    private static Checkpoint Open(string path, IReadOnlySet<string>? known, string prefix, TensorFile? opened = null)
    {
        var files = new List<TensorFile>();
        try
        {
            (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) =
                opened is null && ShardIndex.IsIndex(path) ? (Shards.Read(path, files), new Dictionary<string, string>()) : One();
            if (known is not null)
                prefix = TensorNames.Prefix(tensors.Keys, known) ?? "";
            tensors = Strip(path, tensors, prefix);
            Float8.RefuseScales(path, tensors);
            return new(path, files, tensors, metadata);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }

        (IReadOnlyDictionary<string, StoredTensor>, IReadOnlyDictionary<string, string>) One()
        {
            files.Add(opened ?? TensorFile.Open(path));
            return TensorFormat.Read(files[0], known);
        }
    }

    private static IReadOnlyDictionary<string, StoredTensor> Strip(
        string path, IReadOnlyDictionary<string, StoredTensor> tensors, string prefix)
    {
        var stripped = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (StoredTensor tensor in tensors.Values)
        {
            if (TensorNames.Strip(tensor.Name, prefix) is { } name && !stripped.TryAdd(name, tensor with { Name = name }))
                throw new InvalidDataException($"'{path}' has '{name}' twice, one of them as '{tensor.Name}'.");
        }
        return stripped.Count > 0 ? stripped : tensors;
    }
}
