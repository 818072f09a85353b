namespace LeVo.Core.Tokens;

/// <summary>The three token streams of a song, in the order of their rows, and what can be decoded of it.</summary>
public enum SongPart
{
    /// <summary>Vocal and accompaniment together.</summary>
    Mixed,

    /// <summary>The vocal alone.</summary>
    Vocal,

    /// <summary>The accompaniment alone: everything but the vocal.</summary>
    Accompaniment,
}
