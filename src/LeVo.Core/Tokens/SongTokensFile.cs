using System.Globalization;
using LeVo.Core.Checkpoints;

namespace LeVo.Core.Tokens;

/// <summary>
/// The file format of song tokens: a safetensors file with <c>tokens</c>, <c>[3, frames]</c>, int32.
/// </summary>
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
            : throw new InvalidDataException($"'{path}' contains no song tokens: its metadata has no '{FrameRate}'.");
    }

    /// <summary>Creates the tensor of a song's tokens, for a file with further tensors.</summary>
    public static TensorToWrite ToTensor(string name, SongTokens tokens) =>
        TensorToWrite.Int32(name, tokens.Codes.ToArray(), SongTokens.RowCount, tokens.Frames);

    /// <summary>Reads one tensor of tokens.</summary>
    /// <exception cref="InvalidDataException">The file has no such tensor, or the tensor does not contain song
    /// tokens.</exception>
    public static SongTokens Read(Checkpoint file, string name, int frameRate)
    {
        if (!file.Tensors.TryGetValue(name, out StoredTensor? stored) || stored.Type != ElementType.Int32
            || stored.Shape is not [SongTokens.RowCount, _])
        {
            throw new InvalidDataException($"'{file.Path}' contains no song tokens '{name}' [{SongTokens.RowCount}, frames].");
        }
        try
        {
            return SongTokens.FromCodes(file.Values<int>(name), frameRate);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{file.Path}' contains no song tokens: {e.Message}", e);
        }
    }
}
