using LeVo.Core.Checkpoints;

namespace LeVo.Core.Inspection;

/// <summary>A file of tensors of a model, from its directory alone.</summary>
/// <param name="What">The part.</param>
/// <param name="Path">The file.</param>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Bytes">Bytes of all values as stored.</param>
/// <param name="FloatBytes">Bytes of all values as float32.</param>
/// <param name="Types">The stored types, with the bytes of each.</param>
internal sealed record PartReport(string What, string Path, int Tensors, long Bytes, long FloatBytes, string Types)
{
    /// <summary>Reads a file's directory.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static PartReport Read(string what, string path)
    {
        using ICheckpoint file = Checkpoint.Open(path);
        return Of(what, file);
    }

    /// <summary>Describes an open file.</summary>
    public static PartReport Of(string what, ICheckpoint file)
    {
        ICollection<StoredTensor> tensors = [.. file.Tensors.Values];
        var types = tensors.GroupBy(tensor => tensor.Type).Select(group => (Type: group.Key, Bytes: group.Sum(t => t.ByteCount)))
            .OrderByDescending(pair => pair.Bytes)
            .Select(pair => $"{pair.Type.SafetensorsName()} {ByteText.Of(pair.Bytes)}");
        return new(what, file.Path, tensors.Count, tensors.Sum(tensor => tensor.ByteCount),
            tensors.Sum(tensor => tensor.Count) * sizeof(float), string.Join(", ", types));
    }

    public override string ToString() => $"{What}: {Path}, {Tensors} tensors, {Types}";
}
