using LeVo.Core.Conditioning;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>A training song.</summary>
/// <param name="Tokens">Its codes, <c>[3, frames]</c>.</param>
/// <param name="Lyrics">Lyrics with structure tags in the model's input form; null for none.</param>
/// <param name="Description">Style description in the model's input form; null for none.</param>
public sealed record TrainingSong(SongTokens Tokens, string? Lyrics, string? Description)
{
    /// <summary>Codes of an audio prompt, or null.</summary>
    public SongTokens? Prompt { get; init; }

    /// <summary>The tier of musicality, which replaces the one in the description; null for the description as it is. Models of
    /// LeVo 1 have no tiers.</summary>
    public Musicality? Musicality { get; init; }

    /// <summary>
    /// Indices of frames whose loss is reported separately, for example those at the start of a phoneme.
    /// </summary>
    public IReadOnlyList<int> MarkedFrames { get; init; } = [];

    /// <summary>
    /// For each frame the index of the lyrics token sung in it, where 0 is the start token, or -1. Empty if unknown;
    /// only guided attention during training uses them.
    /// </summary>
    public IReadOnlyList<int> LyricsTokens { get; init; } = [];

    internal SongCondition ToCondition() =>
        new(Lyrics, Musicality is { } tier ? StyleText.WithMusicality(Description, tier) : Description) { Prompt = Prompt };
}
