using LeVo.Alignment.Data;

namespace LeVo.Alignment.Training;

/// <summary>Draws audio prompts for songs that have none: excerpts of the song.</summary>
internal static class PromptExcerpts
{
    /// <summary>
    /// Returns the song with a prompt, which is drawn if it has none; a song shorter than a prompt is used in full.
    /// </summary>
    public static TrainingSong Draw(TrainingSong song, int frames, Random random)
    {
        int length = Math.Min(frames, song.Tokens.Frames);
        // Always consume a random number, so that other songs of the batch do not depend on this one's prompt.
        int start = random.Next(song.Tokens.Frames - length + 1);
        return song.Prompt is null ? song with { Prompt = song.Tokens.Slice(start, length) } : song;
    }
}
