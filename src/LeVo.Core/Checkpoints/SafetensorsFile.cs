using System.IO.MemoryMappedFiles;
using System.Text.Json;
using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>One tensor of a safetensors file: element type, shape, and where its bytes lie in the file.</summary>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Offset, long ByteCount);

/// <summary>A memory-mapped safetensors file, opened and checked without reading its tensors.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const long MaxHeaderBytes = 100_000_000;
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;

    private SafetensorsFile(string path, MemoryMappedFile map, Dictionary<string, SafetensorsEntry> entries,
        Dictionary<string, string> metadata)
    {
        Path = path;
        this.map = map;
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        Entries = entries;
        Metadata = metadata;
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, SafetensorsEntry> Entries { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="InvalidDataException">The header is broken.</exception>
    public static SafetensorsFile Open(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> lengthBytes = stackalloc byte[8];
        stream.ReadExactly(lengthBytes);
        long headerLength = BitConverter.ToInt64(lengthBytes);
        if (headerLength < 2 || headerLength > MaxHeaderBytes || headerLength > stream.Length - 8)
            throw new InvalidDataException($"'{path}' is not a safetensors file: header of {headerLength} bytes.");
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        var entries = new Dictionary<string, SafetensorsEntry>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(header);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
            {
                foreach (JsonProperty pair in property.Value.EnumerateObject())
                    metadata[pair.Name] = pair.Value.GetString()!;
                continue;
            }
            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
            JsonElement offsets = property.Value.GetProperty("data_offsets");
            long start = offsets[0].GetInt64(), end = offsets[1].GetInt64();
            ScalarType type = ParseType(property.Value.GetProperty("dtype").GetString()!);
            entries[property.Name] = new(property.Name, type, shape, 8 + headerLength + start, end - start);
        }
        return new(path, MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read), entries, metadata);
    }

    /// <summary>A tensor in its stored type, owned by the caller.</summary>
    public Tensor Load(string name)
    {
        SafetensorsEntry entry = Entries[name];
        Tensor tensor = empty(entry.Shape, entry.Type);
        if (entry.ByteCount > 0)
            view.SafeMemoryMappedViewHandle.ReadSpan((ulong)entry.Offset, tensor.bytes);
        return tensor;
    }

    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }

    private static ScalarType ParseType(string name) => name switch
    {
        "F64" => ScalarType.Float64,
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "I64" => ScalarType.Int64,
        "I32" => ScalarType.Int32,
        "I16" => ScalarType.Int16,
        "I8" => ScalarType.Int8,
        "U8" => ScalarType.Byte,
        "BOOL" => ScalarType.Bool,
        _ => throw new InvalidDataException($"Unknown element type '{name}'."),
    };
}
