using System.Text.Json;

namespace LeVo.Core.Checkpoints;

/// <summary>The header of a safetensors file, fully validated before memory for tensors is allocated.</summary>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    private const long MaxHeaderBytes = 100_000_000;
    private const int MaxRank = 64;

    /// <summary>
    /// Reads and checks the header: names, types, shapes, and that the tensors fill the file without gap or overlap.
    /// </summary>
    /// <exception cref="InvalidDataException">The header is invalid; the message contains the file and the
    /// tensor.</exception>
    public static SafetensorsHeader Read(TensorFile file)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (file.Length < 10)
            throw new InvalidDataException($"'{file.Path}' has only {file.Length} bytes: not a safetensors file.");
        file.Read(0, prefix);
        ulong length = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes || (long)length > file.Length - 8)
            throw new InvalidDataException($"'{file.Path}' is not a safetensors file or is truncated: it declares a header " +
                $"of {length} bytes, has {file.Length} bytes, and the limit for headers is {MaxHeaderBytes}.");
        byte[] text = new byte[length];
        file.Read(8, text);
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return Parse(file, document.RootElement, 8 + (long)length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a name or string that is not valid UTF-8.
            throw new InvalidDataException($"'{file.Path}': the header is not valid JSON: {e.Message}", e);
        }
    }

    private static SafetensorsHeader Parse(TensorFile file, JsonElement root, long dataStart)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"'{file.Path}': the header is not a JSON object.");
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                ReadMetadata(file, property.Value, metadata);
            else if (!tensors.TryAdd(property.Name, ReadTensor(file, property, dataStart)))
                throw Broken(file, property.Name, "occurs twice");
        }
        CheckPlaces(file, tensors.Values, dataStart);
        return new(tensors, metadata);
    }

    private static void ReadMetadata(TensorFile file, JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Broken(file, "__metadata__", "is not an object of strings");
        foreach (JsonProperty pair in value.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String)
                throw Broken(file, "__metadata__", $"holds '{pair.Name}', which is not a string");
            metadata[pair.Name] = pair.Value.GetString()!;
        }
    }

    private static StoredTensor ReadTensor(TensorFile file, JsonProperty property, long dataStart)
    {
        string name = property.Name;
        string typeName = Member("dtype", JsonValueKind.String).GetString()!;
        if (!ElementTypes.TryParse(typeName, out ElementType type))
            throw Broken(file, name, $"has the unknown element type '{typeName}'");
        long[] shape = Numbers("shape"), offsets = Numbers("data_offsets");
        if (offsets is not [long start, long end] || start > end)
            throw Broken(file, name, $"has the data_offsets {StoredTensor.Text(offsets)}");
        if (end > file.Length - dataStart)
            throw Broken(file, name, $"ends at data byte {end}, beyond the end ({file.Length - dataStart}); the file "
                + "is truncated: download it again");
        if (shape.Length > MaxRank)
            throw Broken(file, name, $"has {shape.Length} dimensions");
        if (ByteCount(shape, type.Size()) is not long byteCount || byteCount != end - start)
            throw Broken(file, name, $"has {end - start} bytes, not those of {typeName} {StoredTensor.Text(shape)}");
        return StoredTensor.Contiguous(name, type, shape, dataStart + start);

        JsonElement Member(string key, JsonValueKind kind) =>
            property.Value.ValueKind == JsonValueKind.Object
                && property.Value.TryGetProperty(key, out JsonElement member) && member.ValueKind == kind
                ? member
                : throw Broken(file, name, $"has no '{key}' of the expected type");

        long[] Numbers(string key) =>
        [
            .. Member(key, JsonValueKind.Array).EnumerateArray().Select(item =>
                item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out long number) && number >= 0
                    ? number
                    : throw Broken(file, name, $"has '{item}' in '{key}'")),
        ];
    }

    /// <summary>Bytes of a tensor, or null when the product exceeds 64 bits.</summary>
    public static long? ByteCount(ReadOnlySpan<long> shape, int elementSize)
    {
        Int128 product = elementSize;
        foreach (long size in shape)
        {
            product *= size;
            if (product > long.MaxValue)
                return null;
        }
        return (long)product;
    }

    private static void CheckPlaces(TensorFile file, IEnumerable<StoredTensor> tensors, long dataStart)
    {
        long expected = dataStart;
        foreach (StoredTensor tensor in tensors.OrderBy(t => t.Offset).ThenBy(t => t.ByteCount))
        {
            if (tensor.Offset != expected)
                throw Broken(file, tensor.Name, tensor.Offset < expected
                    ? $"overlaps the previous tensor by {expected - tensor.Offset} bytes"
                    : $"follows a gap of {tensor.Offset - expected} bytes");
            expected += tensor.ByteCount;
        }
        if (expected != file.Length)
            throw new InvalidDataException(
                $"'{file.Path}' has {file.Length - expected} bytes that do not belong to a tensor.");
    }

    private static InvalidDataException Broken(TensorFile file, string name, string problem) =>
        new($"'{file.Path}': '{name}' {problem}.");
}
