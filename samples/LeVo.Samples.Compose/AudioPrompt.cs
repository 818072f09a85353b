namespace LeVo.Samples.Compose;

/// <summary>The fields of the released format for audio prompts: checked, but not supported yet.</summary>
internal static class AudioPrompt
{
    /// <summary>Genres of the released automatic prompts.</summary>
    private static readonly string[] Genres =
    [
        "Pop", "Latin", "Rock", "Electronic", "Metal", "Country", "R&B/Soul", "Ballad", "Jazz", "World", "Hip-Hop",
        "Funk", "Soundtrack", "Auto",
    ];

    /// <summary>Why a song's prompt is refused; null where it has none.</summary>
    /// <param name="path">A sound file, or null.</param>
    /// <param name="genre">A genre of the automatic prompts, or null.</param>
    public static string? Problem(string? path, string? genre) => (path, genre) switch
    {
        (null, null) => null,
        (not null, not null) => "has both prompt_audio_path and auto_prompt_audio_type; give one of them.",
        (not null, _) when !File.Exists(path) => $"prompt_audio_path: there is no file '{path}'.",
        (_, not null) when !Genres.Contains(genre) =>
            $"auto_prompt_audio_type '{genre}' is none of {string.Join(", ", Genres)}.",
        (not null, _) => Unsupported("prompt_audio_path"),
        _ => Unsupported("auto_prompt_audio_type"),
    };

    private static string Unsupported(string field) =>
        $"{field}: audio prompts are not supported yet; remove the field and describe the style in descriptions.";
}
