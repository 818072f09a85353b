using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Conditioning;

/// <summary>
/// The conditions of a song, with texts in the model's input form. A condition is absent when it is null or an empty
/// text.
/// </summary>
/// <param name="Lyrics">Lyrics with structure tags, or null.</param>
/// <param name="Description">Style description, or null.</param>
public sealed record SongCondition(string? Lyrics = null, string? Description = null)
{
    /// <summary>
    /// Codes of an audio prompt, or null. They are truncated or padded to the model's prompt length.
    /// </summary>
    public SongTokens? Prompt { get; init; }

    /// <summary>No conditions.</summary>
    internal static SongCondition None { get; } = new();

    /// <summary>
    /// The conditions of the guidance branch: none, except that the lowest musicality tag replaces the highest.
    /// </summary>
    internal SongCondition ToAbsent() => new(null, StyleText.Null(Description));
}
