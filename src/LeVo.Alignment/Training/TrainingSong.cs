using LeVo.Core.Tokens;

namespace LeVo.Alignment.Training;

/// <summary>One song to learn from.</summary>
/// <param name="Tokens">Its codes, <c>[3, frames]</c>.</param>
/// <param name="Lyrics">Lyrics with structure tags as the model reads them; null for none.</param>
/// <param name="Description">Style text as the model reads it; null for none.</param>
public sealed record TrainingSong(SongTokens Tokens, string? Lyrics, string? Description)
{
    /// <summary>Frames whose loss is reported apart, by index: for example those where a phone begins.</summary>
    public IReadOnlyList<int> MarkedFrames { get; init; } = [];
}
