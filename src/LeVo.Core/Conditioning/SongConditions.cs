using LeVo.Core.Text;

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

    /// <summary>Codes of an audio prompt [codebooks, frames]; cut or padded to the config's prompt frames.</summary>
    public int[,]? Prompt { get; init; }

    /// <summary>What the guidance row hears instead: nothing, except that the best musicality is contrasted with the worst.</summary>
    public SongConditions NullOf() => Description?.Contains(AddedTokens.MusicalityVeryHigh, StringComparison.Ordinal) == true
        ? new() { Description = AddedTokens.MusicalityVeryLow + ", ." }
        : None;
}
