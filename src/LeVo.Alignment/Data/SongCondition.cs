using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>Lyrics, style and audio prompt of a song, in the form that the model reads.</summary>
/// <param name="Lyrics">Lyrics with structure tags; null for none.</param>
/// <param name="Description">Style text; null for none.</param>
public sealed record SongCondition(string? Lyrics, string? Description)
{
    /// <summary>Codes of the audio prompt, or null.</summary>
    public SongTokens? Prompt { get; init; }

    /// <summary>Equal for conditions with equal texts and an equal prompt.</summary>
    public string Key => string.Join('\u001f', Lyrics, Description, Prompt is null ? "" : TokenBlobs.ComputeId(Prompt));

    internal SongConditions ToConditions() =>
        new() { Lyrics = Lyrics, Description = Description, Prompt = Prompt is null ? null : Rows(Prompt) };

    internal static int[,] Rows(SongTokens tokens)
    {
        var rows = new int[3, tokens.Frames];
        for (int t = 0; t < tokens.Frames; t++)
            (rows[0, t], rows[1, t], rows[2, t]) =
                (tokens.Mixed.Span[t], tokens.Vocal.Span[t], tokens.Accompaniment.Span[t]);
        return rows;
    }
}
