using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.IO;

namespace LeVo.Core.Tokens;

/// <summary>
/// The file format of song tokens: a safetensors file with <c>tokens</c>, <c>[3, frames]</c>, int32.
/// </summary>
internal static class SongTokensFile
{
    private const string Tensor = "tokens", FrameRate = "frame_rate";

    /// <summary>The largest accepted stream; the tokens of one hour have 1 MiB.</summary>
    private const int MostBytes = 64 << 20;

    /// <param name="path">The file.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="more">Further metadata.</param>
    public static void Write(string path, SongTokens tokens, params ReadOnlySpan<KeyValuePair<string, string>> more)
    {
        Dictionary<string, string> metadata = Metadata(tokens);
        foreach ((string key, string value) in more)
            metadata.Add(key, value);
        SafetensorsWriter.Write(path, [ToTensor(Tensor, tokens)], metadata);
    }

    public static void Write(Stream stream, SongTokens tokens) =>
        SafetensorsWriter.Write(stream, [ToTensor(Tensor, tokens)], Metadata(tokens));

    public static SongTokens Read(string path)
    {
        using Checkpoint file = Checkpoint.Open(path);
        return Read(file);
    }

    public static SongTokens Read(Stream stream)
    {
        using MemoryStream copy = StreamCopy.ToMemory(stream, MostBytes);
        using Checkpoint file = Checkpoint.Open(TensorFile.InMemory("stream", copy.ToArray()));
        return Read(file);
    }

    private static Dictionary<string, string> Metadata(SongTokens tokens) =>
        new() { [FrameRate] = tokens.FrameRate.ToString(CultureInfo.InvariantCulture) };

    /// <summary>Reads an open file.</summary>
    /// <exception cref="InvalidDataException">The file does not contain song tokens.</exception>
    public static SongTokens Read(Checkpoint file)
    {
        return file.Metadata.TryGetValue(FrameRate, out string? text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int frameRate)
            ? Read(file, Tensor, frameRate)
            : throw new InvalidDataException($"'{file.Path}' contains no song tokens: its metadata has no '{FrameRate}'.");
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
