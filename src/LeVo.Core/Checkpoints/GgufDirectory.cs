using System.Numerics;

namespace LeVo.Core.Checkpoints;

/// <summary>The tensors of a GGUF file: their types, shapes and places in the file.</summary>
internal static class GgufDirectory
{
    private const int MaxTensors = 1 << 16, MaxRank = 4, DefaultAlignment = 32, MaxAlignment = 1 << 20;

    /// <summary>Reads and checks the entries.</summary>
    /// <param name="reader">The header, at the first entry.</param>
    /// <param name="count">Number of entries.</param>
    /// <param name="alignmentText">The alignment in the metadata, or null.</param>
    /// <exception cref="InvalidDataException">An entry is invalid, or tensors overlap or lie beyond the end.</exception>
    public static IReadOnlyDictionary<string, StoredTensor> Read(GgufReader reader, long count, string? alignmentText)
    {
        if (count > MaxTensors)
            throw reader.Broken($"declares {count} tensors; the limit is {MaxTensors}");
        List<(StoredTensor Tensor, long Bytes)> entries = [];
        for (long i = 0; i < count; i++)
            entries.Add(ReadTensor(reader));
        long alignment = Alignment(reader, alignmentText);
        return Place(reader, entries, (reader.Position + alignment - 1) / alignment * alignment, alignment);
    }

    private static (StoredTensor, long) ReadTensor(GgufReader reader)
    {
        string name = reader.ReadString();
        uint rank = reader.ReadUInt32();
        if (rank > MaxRank)
            throw Broken(reader, name, $"has {rank} dimensions; the limit is {MaxRank}");
        var shape = new long[rank];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            ulong size = reader.ReadUInt64();
            shape[d] = size <= long.MaxValue ? (long)size : throw Broken(reader, name, $"has a dimension of {size}");
        }
        GgufType type;
        try
        {
            type = GgufType.Find(reader.ReadUInt32());
        }
        catch (InvalidDataException e)
        {
            throw Broken(reader, name, e.Message);
        }
        ulong offset = reader.ReadUInt64();
        if (type.Blocks is not null && (rank == 0 || shape[^1] % type.BlockValues != 0))
            throw Broken(reader, name, $"{StoredTensor.Text(shape)} has rows that are not whole blocks of {type.Name}");
        if (SafetensorsHeader.ByteCount(shape, type.Element.Size()) is not long bytes || offset > long.MaxValue / 2)
            throw Broken(reader, name, $"has the invalid shape {StoredTensor.Text(shape)} or offset {offset}");
        long stored = bytes / type.Element.Size() / type.BlockValues * type.BlockBytes;
        return (StoredTensor.Contiguous(name, type.Element, shape, (long)offset) with { Blocks = type.Blocks }, stored);
    }

    private static long Alignment(GgufReader reader, string? text)
    {
        if (text is null)
            return DefaultAlignment;
        return uint.TryParse(text, out uint alignment) && alignment <= MaxAlignment && BitOperations.IsPow2(alignment)
            ? alignment
            : throw reader.Broken($"has the alignment '{text}', not a power of two up to {MaxAlignment}");
    }

    private static Dictionary<string, StoredTensor> Place(
        GgufReader reader, List<(StoredTensor Tensor, long Bytes)> entries, long dataStart, long alignment)
    {
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        long end = 0;
        foreach ((StoredTensor tensor, long bytes) in entries.OrderBy(entry => entry.Tensor.Offset).ThenBy(entry => entry.Bytes))
        {
            if (tensor.Offset % alignment != 0)
                throw Broken(reader, tensor.Name, $"starts at data byte {tensor.Offset}, not a multiple of {alignment}");
            if (tensor.Offset < end)
                throw Broken(reader, tensor.Name, $"overlaps the previous tensor by {end - tensor.Offset} bytes");
            end = tensor.Offset + bytes;
            if (bytes > reader.Length - dataStart - tensor.Offset)
                throw Broken(reader, tensor.Name, $"ends at data byte {end}, beyond the end ({reader.Length - dataStart})");
            if (!tensors.TryAdd(tensor.Name, tensor with { Offset = dataStart + tensor.Offset }))
                throw Broken(reader, tensor.Name, "occurs twice");
        }
        return tensors;
    }

    private static InvalidDataException Broken(GgufReader reader, string name, string problem) =>
        reader.Broken($"is not valid: '{name}' {problem}");
}
