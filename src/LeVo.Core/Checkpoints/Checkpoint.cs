using LeVo.Core.IO;
using LeVo.Core.Listings;
using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>A checkpoint file, its format recognised by content: safetensors, or the zip archive of
/// <c>torch.save</c>.</summary>
internal sealed class Checkpoint : ICheckpoint
{
    private readonly TensorFile file;

    private Checkpoint(TensorFile file, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        (this.file, Tensors) = (file, tensors);

    public string Path => file.Path;

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Bytes that were copied out of the file so far; mapped tensors cost none.</summary>
    public long CopiedBytes => file.CopiedBytes;

    /// <summary>Opens a file and checks what it says about its tensors; reads none of them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="prefix">When any name starts with this, only such names are kept, without it.</param>
    /// <exception cref="InvalidDataException">The format is another one, or the file is broken.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static Checkpoint Open(string path, string prefix = "")
    {
        TensorFile file = TensorFile.Open(path);
        try
        {
            return new(file, Strip(ReadTensors(file), prefix));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public Tensor? Find(string name, long[] shape, ParameterInit init) =>
        Tensors.TryGetValue(name, out StoredTensor? stored) ? file.Load(stored) : null;

    public Tensor Load(string name) => file.Load(Tensors[name]);

    public void Read(string name, long offset, Span<byte> destination) =>
        file.ReadValues(Tensors[name], offset, destination);

    public MappedFile Map() => file.Map();

    public void Dispose() => file.Dispose();

    private static IReadOnlyDictionary<string, StoredTensor> ReadTensors(TensorFile file)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(file.Length, 14)];
        file.Read(0, start);
        if (start.StartsWith("PK"u8))
            return TorchArchive.Read(file).Tensors;
        if (start.Length > 8 && start[8] == '{')
            return SafetensorsHeader.Read(file).Tensors;
        string what = start switch
        {
            _ when start.StartsWith(LegacyMagic) => "written in the old non-zip format of torch.save (before PyTorch " +
                "1.6); load and save it again with a newer PyTorch",
            _ when start.StartsWith("GGUF"u8) => "a GGUF file",
            [0x80, ..] => "a bare pickle",
            _ => "no safetensors file and no zip archive of torch.save",
        };
        throw new InvalidDataException($"'{file.Path}' is {what}.");
    }

    // The pickled number 0x1950a86a20f9469cfc6c.
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
