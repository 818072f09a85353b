using LeVo.Alignment.Data;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Training;

/// <summary>Draws audio prompts for songs that have none: excerpts of the song or of another one.</summary>
internal static class PromptExcerpts
{
    /// <summary>
    /// Returns the song with a prompt, which is drawn if it has none; a song shorter than a prompt is used in full.
    /// </summary>
    /// <param name="song">The song.</param>
    /// <param name="frames">Frames of a prompt.</param>
    /// <param name="random">The random numbers.</param>
    /// <param name="source">Returns the song to cut the excerpt from; null for the song itself.</param>
    public static TrainingSong Draw(TrainingSong song, int frames, Random random,
        Func<TrainingSong, Random, TrainingSong>? source = null)
    {
        SongTokens from = (source?.Invoke(song, random) ?? song).Tokens;
        int length = Math.Min(frames, from.Frames);
        // Always consume a random number, so that other songs of the batch do not depend on this one's prompt.
        int start = random.Next(from.Frames - length + 1);
        return song.Prompt is null ? song with { Prompt = from.Slice(start, length) } : song;
    }
}
