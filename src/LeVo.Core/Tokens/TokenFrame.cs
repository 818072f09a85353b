namespace LeVo.Core.Tokens;

/// <summary>The three codes of one frame.</summary>
/// <param name="Index">The frame's index in the song, from 0.</param>
/// <param name="Mixed">Code of the mix.</param>
/// <param name="Vocal">Code of the vocal track.</param>
/// <param name="Accompaniment">Code of the accompaniment.</param>
public readonly record struct TokenFrame(int Index, int Mixed, int Vocal, int Accompaniment)
{
    /// <summary>The code of one stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such stream.</exception>
    public int this[SongPart part] => part switch
    {
        SongPart.Mixed => Mixed,
        SongPart.Vocal => Vocal,
        SongPart.Accompaniment => Accompaniment,
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "There is no such stream."),
    };
}
