using System.Runtime.InteropServices;
using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// A checkpoint file in safetensors format or <c>torch.save</c>'s zip format; the format is detected from the
/// content.
/// </summary>
internal sealed class Checkpoint : ICheckpoint
{
    private readonly TensorFile file;
    private long copiedBytes;

    private Checkpoint(TensorFile file, IReadOnlyDictionary<string, StoredTensor> tensors,
        IReadOnlyDictionary<string, string> metadata) => (this.file, Tensors, Metadata) = (file, tensors, metadata);

    public string Path => file.Path;

    public string ContentPath => file.ContentPath;

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Bytes of tensors that were copied out of the file so far; mapped tensors are not counted.</summary>
    public long CopiedBytes => Interlocked.Read(ref copiedBytes);

    /// <summary>Opens a file and validates its tensor directory; tensor values are not read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prefix">When any name starts with this prefix, only those names are kept, with the prefix
    /// removed.</param>
    /// <exception cref="InvalidDataException">The format is not supported, or the file is corrupt.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static Checkpoint Open(string path, string prefix = "") => Open(TensorFile.Open(path), prefix);

    /// <summary>Reads an open file, which the checkpoint owns from then on.</summary>
    /// <inheritdoc cref="Open(string, string)"/>
    public static Checkpoint Open(TensorFile file, string prefix = "")
    {
        try
        {
            (IReadOnlyDictionary<string, StoredTensor> tensors, IReadOnlyDictionary<string, string> metadata) = Read(file);
            return new(file, Strip(tensors, prefix), metadata);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void ReadBytes(long offset, Span<byte> destination)
    {
        file.Read(offset, destination);
        Interlocked.Add(ref copiedBytes, destination.Length);
    }

    public void Read(string name, long offset, Span<byte> destination)
    {
        file.ReadValues(Tensors[name], offset, destination);
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

    public MappedFile Map() => file.Map();

    public void Dispose() => file.Dispose();

    private static (IReadOnlyDictionary<string, StoredTensor>, IReadOnlyDictionary<string, string>) Read(
        TensorFile file)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(file.Length, 14)];
        file.Read(0, start);
        if (start.StartsWith("PK"u8))
            return (TorchArchive.Read(file).Tensors, new Dictionary<string, string>());
        if (file.Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || (start.Length > 8 && start[8] == '{'))
        {
            SafetensorsHeader header = SafetensorsHeader.Read(file);
            return (header.Tensors, header.Metadata);
        }
        string what = start switch
        {
            _ when start.StartsWith(LegacyMagic) => "written in the old non-zip format of torch.save (before PyTorch " +
                "1.6); load and save it again with a newer PyTorch",
            _ when start.StartsWith("GGUF"u8) => "a GGUF file",
            [0x80, ..] => "a bare pickle",
            _ => "neither a safetensors file nor a zip archive of torch.save",
        };
        throw new InvalidDataException($"'{file.Path}' is {what}.");
    }

    // The pickled number 0x1950a86a20f9469cfc6c, which starts legacy torch.save files.
    private static ReadOnlySpan<byte> LegacyMagic =>
        [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    private static IReadOnlyDictionary<string, StoredTensor> Strip(
        IReadOnlyDictionary<string, StoredTensor> tensors, string prefix)
    {
        if (prefix.Length == 0 || !tensors.Keys.Any(name => name.StartsWith(prefix, StringComparison.Ordinal)))
            return tensors;
        return tensors.Values.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(tensor => tensor with { Name = tensor.Name[prefix.Length..] })
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }
}
