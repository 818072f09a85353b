using LeVo.Alignment.Data;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using static TorchSharp.torch;

namespace LeVo.Alignment.Policy;

/// <summary>
/// A batch of songs as tensors: codes with an end token, padded with empty cells to the longest song.
/// </summary>
/// <param name="Codes">int64 <c>[batch, codebooks, frames + 1]</c>.</param>
/// <param name="Marked">1 at marked frames, float32 <c>[batch, frames + 1]</c>.</param>
/// <param name="LyricsTokens">The lyrics token of each frame, or -1, int64 <c>[batch, frames + 1]</c>.</param>
/// <param name="Conditions">Ids of the conditions.</param>
internal sealed record SongBatch(Tensor Codes, Tensor Marked, Tensor LyricsTokens, IReadOnlyList<ConditionIds> Conditions)
{
    public static SongBatch Create(
        IReadOnlyList<TrainingSong> songs, IReadOnlyList<ConditionIds> conditions, LeLmConfig config, Device device)
    {
        int frames = songs.Max(song => song.Tokens.Frames) + 1;
        var codes = new long[songs.Count * config.Codebooks * frames];
        var marked = new float[songs.Count * frames];
        var sounding = new long[songs.Count * frames];
        Array.Fill(codes, config.SpecialId);
        Array.Fill(sounding, -1);
        for (int b = 0; b < songs.Count; b++)
        {
            SongTokens tokens = songs[b].Tokens;
            for (int k = 0; k < config.Codebooks; k++)
            {
                int start = (b * config.Codebooks + k) * frames;
                ReadOnlySpan<int> row = tokens.Row((SongPart)k).Span;
                for (int t = 0; t < row.Length; t++)
                    codes[start + t] = row[t];
                codes[start + tokens.Frames] = config.EosId;
            }
            // Dropped lyrics can't be attended to.
            if (conditions[b].LyricsCount > 1)
                for (int t = 0; t < songs[b].LyricsTokens.Count; t++)
                    sounding[b * frames + t] = songs[b].LyricsTokens[t];
            foreach (int frame in songs[b].MarkedFrames)
                marked[b * frames + frame] = 1;
        }
        return new(tensor(codes, [songs.Count, config.Codebooks, frames], device: device),
            tensor(marked, [songs.Count, frames], device: device),
                tensor(sounding, [songs.Count, frames], device: device),
            conditions);
    }
}
