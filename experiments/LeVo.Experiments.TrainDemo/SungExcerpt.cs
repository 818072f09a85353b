using LeVo.Codec.Training;
using LeVo.Core.Tokens;
using LeVo.Experiments.MiniWorld;

namespace LeVo.Experiments.TrainDemo;

/// <summary>The excerpt of a song in which the voice sings most: what someone would choose as a prompt.</summary>
internal static class SungExcerpt
{
    /// <summary>First frame of the earliest such excerpt; 0 if the song is not longer.</summary>
    public static int Start(IReadOnlyList<int> phones, int frames)
    {
        int best = 0, most = -1;
        for (int start = 0; start == 0 || start + frames <= phones.Count; start++)
        {
            int sung = phones.Skip(start).Take(frames).Count(phone => phone != 0);
            if (sung > most)
                (best, most) = (start, sung);
        }
        return best;
    }

    /// <summary>
    /// The codes of a song's excerpt. The sound is cut before it is encoded, as a prompt file is, so that the encoder does
    /// not hear what comes before and after.
    /// </summary>
    public static SongTokens Encode(SongEncoder encoder, MiniSongSpec spec, int frames)
    {
        MiniSong song = MiniRenderer.Render(spec);
        int start = Start(song.Phone, frames), length = Math.Min(frames, song.Frames);
        return encoder.Encode(Excerpts.Cut(song.Vocal, start, length), Excerpts.Cut(song.Accompaniment, start, length));
    }
}
