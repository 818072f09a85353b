using LeVo.Core.Generation;
using LeVo.Core.Tokens;

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
internal readonly record struct SongFile(string Suffix, string Key);

internal static class SongTypes
{
    /// <summary>The part that the model is asked for.</summary>
    public static SongPart Part(this SongType type) => type switch
    {
        SongType.Mixed or SongType.Separate => SongPart.Mixed,
        SongType.Vocal => SongPart.Vocal,
        SongType.Bgm => SongPart.Accompaniment,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type of song."),
    };

    /// <summary>The sound files of a song.</summary>
    public static IReadOnlyList<SongFile> Files(this SongType type) => type == SongType.Separate
        ? [new("", "audio_path"), new("_vocal", "vocal_path"), new("_bgm", "bgm_path")]
        : [new("", "audio_path")];
}
