using System.Globalization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Runtime;
using static TorchSharp.torch;

namespace LeVo.Core.Tokens;

/// <summary>Tokens on disk: a safetensors file with <c>tokens</c>, <c>[3, frames]</c>, int32.</summary>
internal static class SongTokensFile
{
    private const string Tensor = "tokens", FrameRate = "frame_rate";

    public static void Write(string path, SongTokens tokens)
    {
        LeVoRuntime.EnsureTorch();
        using var scope = NewDisposeScope();
        int[] codes = [.. tokens.Mixed.Span, .. tokens.Vocal.Span, .. tokens.Accompaniment.Span];
        SafetensorsWriter.Save(path, [(Tensor, tensor(codes, [3, tokens.Frames]))],
            new Dictionary<string, string> { [FrameRate] = tokens.FrameRate.ToString(CultureInfo.InvariantCulture) });
    }

    public static SongTokens Read(string path)
    {
        LeVoRuntime.EnsureTorch();
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(FrameRate, out string? text)
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int frameRate)
            || !file.Entries.TryGetValue(Tensor, out StoredTensor? stored)
            || stored.Type != ScalarType.Int32 || stored.Shape is not [3, _])
        {
            throw new InvalidDataException($"'{path}' holds no song tokens.");
        }
        using var scope = NewDisposeScope();
        // TorchSharp cannot read the data of an empty tensor.
        int[] codes = stored.Shape[1] == 0 ? [] : file.Load(Tensor).data<int>().ToArray();
        int frames = codes.Length / 3;
        try
        {
            return new(codes.AsSpan(0, frames), codes.AsSpan(frames, frames), codes.AsSpan(2 * frames), frameRate);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{path}' holds no song tokens: {e.Message}", e);
        }
    }
}
