using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Conditioning;

/// <summary>What a song is conditioned on, texts as the model reads them. A part that is null is absent; an empty text counts
/// as absent too.</summary>
internal sealed record SongConditions
{
    /// <summary>Nothing given.</summary>
    public static SongConditions None { get; } = new();

    /// <summary>Lyrics with structure tags.</summary>
    public string? Lyrics { get; init; }

    /// <summary>Style description.</summary>
    public string? Description { get; init; }

    /// <summary>Codes of an audio prompt; cut or padded to the config's prompt frames.</summary>
    public SongTokens? Prompt { get; init; }

    /// <summary>The conditions of the guidance branch: none, except that the best musicality is contrasted with the
    /// worst.</summary>
    public SongConditions ToAbsent() => StyleText.Null(Description) is { } text ? new() { Description = text } : None;
}
