namespace LeVo.Core.Tokens;

/// <summary>The three token streams of a song, in row order, and the parts that can be decoded from it.</summary>
public enum SongPart
{
    /// <summary>Vocal and accompaniment together.</summary>
    Mixed,

    /// <summary>The vocal alone.</summary>
    Vocal,

    /// <summary>The accompaniment alone: everything but the vocal.</summary>
    Accompaniment,
}
