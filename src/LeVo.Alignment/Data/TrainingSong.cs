using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>One song to learn from.</summary>
/// <param name="Tokens">Its codes, <c>[3, frames]</c>.</param>
/// <param name="Lyrics">Lyrics with structure tags as the model reads them; null for none.</param>
/// <param name="Description">Style text as the model reads it; null for none.</param>
public sealed record TrainingSong(SongTokens Tokens, string? Lyrics, string? Description)
{
    /// <summary>Codes of an audio prompt, or null.</summary>
    public SongTokens? Prompt { get; init; }

    /// <summary>Frames whose loss is reported apart, by index: for example those where a phone begins.</summary>
    public IReadOnlyList<int> MarkedFrames { get; init; } = [];

    /// <summary>For each frame the lyrics token that sounds in it, counted from the start token (0); -1 where none does. Empty
    /// where they are not known: only guided attention during training needs them.</summary>
    public IReadOnlyList<int> LyricsTokens { get; init; } = [];

    internal SongCondition ToCondition() => new(Lyrics, Description) { Prompt = Prompt };
}
