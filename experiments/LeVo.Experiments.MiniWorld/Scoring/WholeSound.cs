using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>Sounds to listen to as a whole.</summary>
public static class WholeSound
{
    /// <summary>The whole stereo sound of a part; the same tokens always sound the same.</summary>
    public static async Task<Waveform> DecodeAsync(
        IMusicCodec codec, SongTokens tokens, SongPart part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(codec);
        var blocks = new List<Waveform>();
        await foreach (Waveform block in codec.DecodeAsync(tokens, new() { Part = part, Seed = 1 }, null, cancellationToken))
            blocks.Add(block);
        return blocks.Count > 0 ? Waveform.Concat(blocks) : Waveform.Silence(2, 0, codec.SampleRate);
    }
}
