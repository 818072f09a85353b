using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>What song to make.</summary>
public sealed record SongRequest
{
    /// <summary>The lyrics. May be null only where the accompaniment alone is made.</summary>
    public Lyrics? Lyrics { get; init; }

    /// <summary>Style in words, for example <c>female, pop, piano, warm, the bpm is 120</c>; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>Longest playing time; null for the model's. The model may end the song earlier.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Seed of everything random; null draws one, which the song reports.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How tokens are picked; what is null, the whole or a setting, has the model's value.</summary>
    public GenerationOptions? Options { get; init; }

    /// <summary>What to make: the whole song, or one of its tracks alone.</summary>
    public SongPart Part { get; init; } = SongPart.Mixed;

    /// <summary>Whether to decode both tracks of a whole song separately too.</summary>
    public bool WithStems { get; init; }

    /// <summary>A recording whose style the song takes up, or null.</summary>
    public SongPrompt? Prompt { get; init; }

    /// <summary>Frames that the song begins with: what was there when it was cancelled, or a song to go on from. With
    /// the seed, options and texts of the cancelled song the same song comes out.</summary>
    public SongTokens? Beginning { get; init; }

    /// <summary>
    /// A file that the tokens are saved to while the song is generated, or null. If the process ends early, the same request
    /// resumes from it; a file of another model or request is replaced. Needs a <see cref="Seed"/>. It remains when the song
    /// is finished, so that only the sound is computed again if saving fails: delete it once the song is saved. It holds the
    /// lyrics.
    /// </summary>
    public string? ProgressPath { get; init; }

    /// <summary>Solver steps of the codec's flow; null for the model folder's.</summary>
    public int? DecoderSteps { get; init; }

    /// <summary>Guidance coefficient of the codec's flow; null for the model folder's.</summary>
    public double? DecoderGuidance { get; init; }
}

/// <summary>An audio prompt.</summary>
/// <param name="Tokens">Its codes, which the language model reads; cut to the model's prompt length.</param>
/// <param name="Stems">Its sound, which the codec continues, or null.</param>
public sealed record SongPrompt(SongTokens Tokens, StemPair? Stems = null);
