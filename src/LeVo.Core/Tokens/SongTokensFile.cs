using System.Globalization;
using LeVo.Core.Checkpoints;

namespace LeVo.Core.Tokens;

/// <summary>Tokens on disk: a safetensors file with <c>tokens</c>, <c>[3, frames]</c>, int32.</summary>
internal static class SongTokensFile
{
    private const string Tensor = "tokens", FrameRate = "frame_rate";

    public static void Write(string path, SongTokens tokens) => SafetensorsWriter.Write(path, [ToTensor(Tensor, tokens)],
        new Dictionary<string, string> { [FrameRate] = tokens.FrameRate.ToString(CultureInfo.InvariantCulture) });

    public static SongTokens Read(string path)
    {
        using Checkpoint file = Checkpoint.Open(path);
        return file.Metadata.TryGetValue(FrameRate, out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int frameRate)
            ? Read(file, Tensor, frameRate)
            : throw new InvalidDataException($"'{path}' holds no song tokens: its metadata have no '{FrameRate}'.");
    }

    /// <summary>Tokens as a tensor of a file with others.</summary>
    public static TensorToWrite ToTensor(string name, SongTokens tokens) =>
        TensorToWrite.Int32(name, tokens.Codes.ToArray(), SongTokens.RowCount, tokens.Frames);

    /// <summary>Reads one tensor of tokens.</summary>
    /// <exception cref="InvalidDataException">The file has none of this name, or it holds no tokens.</exception>
    public static SongTokens Read(Checkpoint file, string name, int frameRate)
    {
        if (!file.Tensors.TryGetValue(name, out StoredTensor? stored) || stored.Type != ElementType.Int32
            || stored.Shape is not [SongTokens.RowCount, _])
        {
            throw new InvalidDataException($"'{file.Path}' holds no song tokens '{name}' [{SongTokens.RowCount}, frames].");
        }
        try
        {
            return SongTokens.FromCodes(file.Values<int>(name), frameRate);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{file.Path}' holds no song tokens: {e.Message}", e);
        }
    }
}
