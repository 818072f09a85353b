using LeVo.Alignment.Data;

namespace LeVo.Alignment.Training;

/// <summary>Audio prompts for songs that have none: an excerpt of the song itself.</summary>
internal static class PromptExcerpts
{
    /// <summary>The song with a prompt, drawn where it has none; songs shorter than a prompt are their own.</summary>
    public static TrainingSong Draw(TrainingSong song, int frames, Random random)
    {
        int length = Math.Min(frames, song.Tokens.Frames);
        // Drawn in any case: what other songs of the batch get must not depend on this one's prompt.
        int start = random.Next(song.Tokens.Frames - length + 1);
        return song.Prompt is null ? song with { Prompt = song.Tokens.Slice(start, length) } : song;
    }
}
