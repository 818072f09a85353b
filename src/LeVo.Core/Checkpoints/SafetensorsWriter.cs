using System.Buffers.Binary;
using System.Text.Json;
using LeVo.Core.IO;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Checkpoints;

/// <summary>
/// Writes safetensors files, one tensor in memory at a time, under a temporary name that becomes the final one when all
/// is written: a reader sees the old file or the whole new one.
/// </summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 64;
    private const long ChunkBytes = 1 << 26;

    /// <summary>Writes the tensors; floating-point ones in <paramref name="floats"/>, when that is given.</summary>
    /// <remarks>Tensors that the enumeration itself creates (<c>ParameterSet.ToStateDict</c>) are disposed
    /// here.</remarks>
    /// <exception cref="ArgumentException">A name is there twice, or a type is one that the format lacks.</exception>
    /// <exception cref="IOException">The file can't be written; an existing one is as it was.</exception>
    public static void Save(string path, IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null, ScalarType? floats = null)
    {
        using var scope = NewDisposeScope();
        // The widest elements first: with an aligned start every tensor is aligned, and can be mapped.
        List<(string Name, Tensor Value, ScalarType Type)> ordered =
        [
            .. tensors.Select(t => (t.Name, t.Value, Type: StoredType(t.Value, floats)))
                .OrderByDescending(t => ElementType.Size(t.Type)).ThenBy(t => t.Name, StringComparer.Ordinal),
        ];
        byte[] header = Header(ordered, metadata);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, file =>
        {
            file.Write(header);
            foreach ((_, Tensor value, ScalarType type) in ordered)
                Append(file, value, type);
        });
    }

    private static ScalarType StoredType(Tensor value, ScalarType? floats) =>
        value.is_floating_point() && floats is ScalarType type ? type : value.dtype;

    private static byte[] Header(List<(string Name, Tensor Value, ScalarType Type)> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var text = new MemoryStream();
        text.Write(stackalloc byte[8]);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach ((string name, Tensor value, ScalarType type) in tensors)
            {
                if (!names.Add(name) || name == "__metadata__")
                    throw new ArgumentException($"The tensor name '{name}' can't be used or is there twice.");
                long end = offset + value.numel() * ElementType.Size(type);
                json.WriteStartObject(name);
                json.WriteString("dtype", ElementType.Name(type));
                WriteNumbers(json, "shape", value.shape);
                WriteNumbers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }
            json.WriteEndObject();
        }
        while (text.Length % Alignment != 0)
            text.WriteByte((byte)' ');
        byte[] header = text.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - 8);
        return header;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string key, long[] numbers)
    {
        json.WriteStartArray(key);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Append(Stream file, Tensor value, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor flat = value.detach().to(type, CPU).contiguous().view(-1);
        long step = ChunkBytes / ElementType.Size(type), count = flat.numel();
        for (long done = 0; done < count; done += step)
            file.Write(flat.narrow(0, done, Math.Min(step, count - done)).bytes);
    }
}
