using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>A safetensors file, opened and checked without reading its tensors. Thread-safe.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly TensorFile file;

    private SafetensorsFile(TensorFile file)
    {
        this.file = file;
        (Entries, Metadata) = SafetensorsHeader.Read(file);
    }

    public string Path => file.Path;

    public IReadOnlyDictionary<string, StoredTensor> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="InvalidDataException">The header is broken.</exception>
    /// <exception cref="IOException">The file is missing or can't be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        TensorFile file = TensorFile.Open(path);
        try
        {
            return new(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A tensor in its stored type, owned by the caller and valid after this file is closed.</summary>
    public Tensor Load(string name) => file.Load(Entries[name]);

    public void Dispose() => file.Dispose();
}
