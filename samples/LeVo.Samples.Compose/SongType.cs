using LeVo.Core;

namespace LeVo.Samples.Compose;

/// <summary>What is made of a song.</summary>
internal enum SongType
{
    /// <summary>Voice and accompaniment together.</summary>
    Mixed,

    /// <summary>The voice alone.</summary>
    Vocal,

    /// <summary>Instrumental music, made without words.</summary>
    Bgm,

    /// <summary>The mix and both stems.</summary>
    Separate,
}

/// <summary>One sound file of a song.</summary>
/// <param name="Suffix">What its name has after the song's.</param>
/// <param name="Key">Its path's name in the output records.</param>
/// <param name="Part">What it holds.</param>
internal readonly record struct SongFile(string Suffix, string Key, SongPart Part);

internal static class SongTypes
{
    /// <summary>The sound files of a song of this type.</summary>
    public static IReadOnlyList<SongFile> Files(this SongType type) => type switch
    {
        SongType.Mixed => [new("", "audio_path", SongPart.Mixed)],
        SongType.Vocal => [new("", "audio_path", SongPart.Vocal)],
        SongType.Bgm => [new("", "audio_path", SongPart.Accompaniment)],
        SongType.Separate =>
        [
            new("", "audio_path", SongPart.Mixed),
            new("_vocal", "vocal_path", SongPart.Vocal),
            new("_bgm", "bgm_path", SongPart.Accompaniment),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type of song."),
    };
}
