using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Conditioning;

/// <summary>What a song is conditioned on, with texts as the model reads them. A part that is null is absent; an empty text
/// counts as absent too.</summary>
/// <param name="Lyrics">Lyrics with structure tags, or null.</param>
/// <param name="Description">Style description, or null.</param>
public sealed record SongCondition(string? Lyrics = null, string? Description = null)
{
    /// <summary>Codes of an audio prompt, cut or padded to the model's prompt length, or null.</summary>
    public SongTokens? Prompt { get; init; }

    /// <summary>No conditions.</summary>
    internal static SongCondition None { get; } = new();

    /// <summary>The conditions of the guidance branch: none, except that the best musicality is contrasted with the
    /// worst.</summary>
    internal SongCondition ToAbsent() => new(null, StyleText.Null(Description));
}
