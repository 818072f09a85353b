using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A request for a song.</summary>
public sealed record SongRequest
{
    /// <summary>The lyrics. May be null only if <see cref="Part"/> is the accompaniment.</summary>
    public Lyrics? Lyrics { get; init; }

    /// <summary>The style as tags, for example <c>female, pop, piano, warm, the bpm is 120</c>; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// The tier of musicality, with models of LeVo 2 alone; null for the highest. Guidance leads away from the lowest tier only where
    /// the highest is asked for.
    /// </summary>
    public Musicality? Musicality { get; init; }

    /// <summary>The maximum playing time; null for the maximum of the model. The model may end the song earlier.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The random seed; null draws one, which <see cref="Song.Request"/> contains.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The sampling options. Null, here or in a setting, means the value of the model.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>The part to generate: the whole song or one of its tracks.</summary>
    public SongPart Part { get; init; } = SongPart.Mixed;

    /// <summary>Whether both tracks of a whole song are also decoded separately.</summary>
    public bool WithStems { get; init; }

    /// <summary>A recording as a style reference, or null.</summary>
    public SongPrompt? Prompt { get; init; }

    /// <summary>The first frames of the song: those of a cancelled song, or of a song to continue. With the seed,
    /// options and texts of a cancelled song, the result equals the uninterrupted song.</summary>
    public SongTokens? Beginning { get; init; }

    /// <summary>
    /// A file that the tokens are saved to while the song is generated, or null. Decoded windows are saved to a folder beside
    /// it, whose name is that of the file with <c>.sound</c> appended. If the process ends early, the same request resumes from
    /// both; files of another model or request are replaced. Needs a <see cref="Seed"/>. They remain when the song is finished,
    /// so that nothing is computed again if saving fails: delete them once the song is saved. The file holds the lyrics.
    /// </summary>
    public string? ProgressPath { get; init; }

    /// <summary>How much computation the codec's flow gets.</summary>
    public DecoderEffort DecoderEffort { get; init; }

    /// <summary>Solver steps of the codec's flow, with <see cref="DecoderEffort.Exact"/> alone; null for the model
    /// folder's.</summary>
    public int? DecoderSteps { get; init; }

    /// <summary>Guidance coefficient of the codec's flow; null for the model folder's.</summary>
    public double? DecoderGuidance { get; init; }
}

/// <summary>An audio prompt.</summary>
/// <param name="Tokens">Its codes, which the language model reads; cut to the model's prompt length.</param>
/// <param name="Stems">Its sound, which the codec continues, or null.</param>
public sealed record SongPrompt(SongTokens Tokens, StemPair? Stems = null)
{
    /// <summary>Where it comes from, for the record beside the song, or null.</summary>
    public SongPromptOrigin? Origin { get; init; }
}

/// <summary>Where an audio prompt comes from: recordings, or a file of auto prompts.</summary>
/// <param name="Hash">A hash of the content of the files.</param>
/// <param name="Path">The recording or the file of auto prompts, or null.</param>
/// <param name="VocalPath">The recording's vocal, or null.</param>
/// <param name="AccompanimentPath">The recording's accompaniment, or null.</param>
/// <param name="Genre">The genre of an auto prompt, or null.</param>
public sealed record SongPromptOrigin(string Hash, string? Path = null, string? VocalPath = null,
    string? AccompanimentPath = null, string? Genre = null);
