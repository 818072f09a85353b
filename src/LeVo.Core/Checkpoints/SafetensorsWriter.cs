using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>A tensor to write.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type it is written in.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Write">Writes its values to the stream, row-major; called once.</param>
internal sealed record TensorToWrite(string Name, ElementType Type, long[] Shape, Action<Stream> Write)
{
    /// <summary>A tensor of 32-bit integers in memory.</summary>
    public static TensorToWrite Int32(string name, int[] values, params long[] shape) =>
        new(name, ElementType.Int32, shape, stream => stream.Write(MemoryMarshal.AsBytes(values.AsSpan())));
}

/// <summary>
/// Writes safetensors files, one tensor at a time. Files are replaced atomically: a reader sees either the old file
/// or the complete new one.
/// </summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 64;

    /// <summary>Writes the tensors. The folder is created if it does not exist.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or the number of bytes written for a tensor does not
    /// match its shape.</exception>
    /// <exception cref="IOException">The file can't be written; an existing one is unchanged.</exception>
    public static void Write(
        string path, IEnumerable<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (List<TensorToWrite> ordered, byte[] header) = Plan(tensors, metadata);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.Write(path, file => Write(file, ordered, header));
    }

    /// <summary>Writes the tensors to a stream, from its position on; memory holds them all if it is not seekable.</summary>
    /// <exception cref="ArgumentException">A name occurs twice, or the number of bytes written for a tensor does not
    /// match its shape.</exception>
    public static void Write(
        Stream stream, IEnumerable<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        (List<TensorToWrite> ordered, byte[] header) = Plan(tensors, metadata);
        using var copy = new MemoryStream();
        Stream file = stream.CanSeek ? stream : copy;
        Write(file, ordered, header);
        copy.WriteTo(stream);
    }

    private static (List<TensorToWrite> Ordered, byte[] Header) Plan(
        IEnumerable<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        // Wide element types come first: with an aligned start every tensor is aligned, as memory mapping requires.
        List<TensorToWrite> ordered =
            [.. tensors.OrderByDescending(t => t.Type.Size()).ThenBy(t => t.Name, StringComparer.Ordinal)];
        return (ordered, Header(ordered, metadata));
    }

    private static void Write(Stream file, List<TensorToWrite> tensors, byte[] header)
    {
        file.Write(header);
        foreach (TensorToWrite tensor in tensors)
        {
            long start = file.Position;
            tensor.Write(file);
            if (file.Position - start != ByteCount(tensor))
            {
                throw new ArgumentException($"'{tensor.Name}' wrote {file.Position - start} bytes, "
                    + $"not those of {tensor.Type} {StoredTensor.Text(tensor.Shape)}.");
            }
        }
    }

    private static long ByteCount(TensorToWrite tensor) =>
        tensor.Shape.Aggregate(1L, (count, size) => count * size) * tensor.Type.Size();

    private static byte[] Header(List<TensorToWrite> tensors, IReadOnlyDictionary<string, string>? metadata)
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
            foreach (TensorToWrite tensor in tensors)
            {
                if (!names.Add(tensor.Name) || tensor.Name == "__metadata__")
                    throw new ArgumentException($"The tensor name '{tensor.Name}' is reserved or occurs twice.");
                long end = offset + ByteCount(tensor);
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.SafetensorsName());
                WriteNumbers(json, "shape", tensor.Shape);
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
}
