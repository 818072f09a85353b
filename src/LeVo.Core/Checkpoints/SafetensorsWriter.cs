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
        SaveEach(path,
            [.. tensors.Select(t => new Planned(t.Name, StoredType(t.Value, floats), t.Value.shape, () => t.Value))],
            metadata);
    }

    /// <summary>A tensor that is made when it is written.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">The type it is written in.</param>
    /// <param name="Shape">Its shape.</param>
    /// <param name="Make">Makes it; what it makes anew is gone when it is written.</param>
    internal sealed record Planned(string Name, ScalarType Type, long[] Shape, Func<Tensor> Make);

    /// <summary>Writes tensors that are made one at a time: no two of them are in memory at once.</summary>
    /// <inheritdoc cref="Save"/>
    public static void SaveEach(
        string path, IEnumerable<Planned> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        // The widest elements first: with an aligned start every tensor is aligned, and can be mapped.
        List<Planned> ordered =
            [.. tensors.OrderByDescending(t => ElementType.Size(t.Type)).ThenBy(t => t.Name, StringComparer.Ordinal)];
        byte[] header = Header(ordered, metadata);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, file =>
        {
            file.Write(header);
            foreach (Planned tensor in ordered)
                Append(file, tensor);
        });
    }

    private static ScalarType StoredType(Tensor value, ScalarType? floats) =>
        value.is_floating_point() && floats is ScalarType type ? type : value.dtype;

    private static byte[] Header(List<Planned> tensors, IReadOnlyDictionary<string, string>? metadata)
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
            foreach ((string name, ScalarType type, long[] shape, _) in tensors)
            {
                if (!names.Add(name) || name == "__metadata__")
                    throw new ArgumentException($"The tensor name '{name}' can't be used or is there twice.");
                long end = offset + shape.Aggregate(1L, (count, size) => count * size) * ElementType.Size(type);
                json.WriteStartObject(name);
                json.WriteString("dtype", ElementType.Name(type));
                WriteNumbers(json, "shape", shape);
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

    private static void Append(Stream file, Planned tensor)
    {
        using var scope = NewDisposeScope();
        Tensor value = tensor.Make();
        if (!value.shape.AsSpan().SequenceEqual(tensor.Shape))
            throw new ArgumentException(
                $"'{tensor.Name}' has the shape {StoredTensor.Text(value.shape)}, not the planned one.");
        Tensor flat = value.detach().to(tensor.Type, CPU).contiguous().view(-1);
        long step = ChunkBytes / ElementType.Size(tensor.Type), count = flat.numel();
        for (long done = 0; done < count; done += step)
            file.Write(flat.narrow(0, done, Math.Min(step, count - done)).bytes);
    }
}
