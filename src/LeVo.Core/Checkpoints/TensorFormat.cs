using LeVo.Core.IO;

namespace LeVo.Core.Checkpoints;

/// <summary>Detects the format of a file of tensors and reads its directory.</summary>
internal static class TensorFormat
{
    /// <param name="file">The file.</param>
    /// <param name="known">Names that the wanted tensors end with, or null; a file with other tensors too may be read in
    /// part.</param>
    /// <exception cref="InvalidDataException">The format is not supported, or the file is corrupt.</exception>
    public static (IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        TensorFile file, IReadOnlySet<string>? known)
    {
        byte[] start = new byte[Math.Min(file.Length, ForeignContent.StartBytes)];
        file.Read(0, start);
        if (start.AsSpan().StartsWith("PK"u8))
            return (TorchArchive.Read(file, known).Tensors, new Dictionary<string, string>());
        if (start.AsSpan().StartsWith(GgufHeader.Magic))
            return GgufCheckpoint.Read(file);
        if (ForeignContent.Describe(start, file.Length) is { } foreign)
            throw new InvalidDataException($"'{file.Path}' {foreign}.");
        if (file.Path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || (start.Length > 8 && start[8] == '{'))
        {
            SafetensorsHeader header = SafetensorsHeader.Read(file);
            return (header.Tensors, header.Metadata);
        }
        throw new InvalidDataException($"'{file.Path}' is neither a safetensors file nor a zip archive of torch.save nor a GGUF file.");
    }
}
