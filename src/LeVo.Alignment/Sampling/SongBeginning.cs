using LeVo.Core.Model;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Sampling;

/// <summary>The ids of a song before one of its frames, from which other continuations are sampled.</summary>
internal static class SongBeginning
{
    /// <summary>Returns a row for each codebook: what the model had written before it picked the code of a part in a frame.
    /// With the delay, rows of other parts are longer.</summary>
    /// <param name="song">The song.</param>
    /// <param name="part">The part whose code is picked anew.</param>
    /// <param name="frame">The frame, at most the number of frames, which stands for the song's end.</param>
    /// <param name="config">Ids and delays.</param>
    /// <param name="maxFrames">Maximum number of frames of the continued song.</param>
    public static int[][] Of(SongTokens song, SongPart part, int frame, LeLmConfig config, int maxFrames)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame, Math.Min(song.Frames, maxFrames - 1));
        DelayPattern pattern = config.CreatePattern(maxFrames);
        int column = pattern.ColumnOf((int)part, frame);
        return [.. Enumerable.Range(0, config.Codebooks).Select(q => Enumerable.Range(0, maxFrames)
            .TakeWhile(t => pattern.ColumnOf(q, t) < column).Select(t => IdAt(q, t)).ToArray())];

        int IdAt(int codebook, int t) => t < song.Frames ? song.Row((SongPart)codebook).Span[t]
            : t == song.Frames ? config.EosId : config.SpecialId;
    }
}
