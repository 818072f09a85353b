using LeVo.Core.Generation;
using LeVo.Core.Text;

namespace LeVo.Samples.Host;

/// <summary>What a client sends.</summary>
/// <param name="Lyrics">The lyrics; null for an instrumental.</param>
/// <param name="Description">The style, or null.</param>
/// <param name="Seconds">The maximum playing time, or null.</param>
/// <param name="Seed">The seed, or null for a random one.</param>
/// <param name="Model">The model, or null for the first one.</param>
internal sealed record SongOrder(string? Lyrics, string? Description, double? Seconds, ulong? Seed, string? Model)
{
    /// <exception cref="LyricsFormatException">The lyrics can't be read.</exception>
    /// <exception cref="ArgumentException">The duration is no time.</exception>
    public SongRequest ToRequest() => new()
    {
        Lyrics = Lyrics is null ? null : Core.Text.Lyrics.Parse(Lyrics),
        Part = Lyrics is null ? Core.Tokens.SongPart.Accompaniment : Core.Tokens.SongPart.Mixed,
        Description = Description,
        Duration = Seconds is not { } seconds ? null
            : seconds is > 0 and < 86_400 ? TimeSpan.FromSeconds(seconds)
            : throw new ArgumentException($"seconds is {seconds}; it must be between 0 and 86400."),
        Seed = Seed,
    };
}
