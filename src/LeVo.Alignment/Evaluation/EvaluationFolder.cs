using LeVo.Alignment.Data;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Evaluation;

/// <summary>
/// A folder of songs with their requests: sound files as <c>NAME.flac</c> (or .wav, .ogg, .mp3), and beside each, if they
/// exist, the stems <c>NAME_vocal</c> and <c>NAME_bgm</c> and the request <c>NAME.json</c>, as Compose writes them, or
/// <c>NAME.vocal</c>, <c>NAME.accompaniment</c>, <c>NAME.txt</c> and <c>NAME.description.txt</c>, as in a folder of training
/// songs. The audio prompt is <c>NAME_prompt</c>.
/// </summary>
public static class EvaluationFolder
{
    private static readonly string[] Endings = [".wav", ".flac", ".ogg", ".mp3"];
    private static readonly string[] Beside = ["_vocal", "_bgm", "_prompt", ".vocal", ".accompaniment"];

    /// <summary>Lists the songs of a folder by name; no sound is read. Files that turn out to be damaged are reported by
    /// <see cref="EvaluationSong.Load"/>.</summary>
    /// <param name="folder">The folder, or one with a folder <c>audios</c> in it.</param>
    /// <param name="language">The language of the lyrics as an ISO 639-1 code; null if it is unknown.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="InvalidDataException">The folder has no sound files.</exception>
    public static IReadOnlyList<EvaluationSong> Find(string folder, string? language = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string inside = Path.Combine(folder, "audios");
        string place = Directory.Exists(inside) ? inside : folder;
        string[] files = [.. Directory.GetFiles(place).Where(IsSound).Order(StringComparer.Ordinal)];
        HashSet<string> names = [.. files.Select(file => Path.GetFileNameWithoutExtension(file))];
        // A stem is a song of its own if there is no mix, except in a folder of training songs, whose mix is the sum.
        EvaluationSong[] songs =
        [
            .. from file in files
               let name = Path.GetFileNameWithoutExtension(file)
               where !Beside.Any(end => name.EndsWith(end, StringComparison.Ordinal) && names.Contains(name[..^end.Length]))
               group file by SumName(name) ?? name into song
               select Create(place, song.Key, language),
        ];
        return songs.Length > 0
            ? songs
            : throw new InvalidDataException($"'{place}' has no sound files ({string.Join(", ", Endings)}).");
    }

    private static bool IsSound(string file) => Endings.Contains(Path.GetExtension(file).ToLowerInvariant());

    private static string? SumName(string name) => name.EndsWith(".vocal", StringComparison.Ordinal) ? name[..^".vocal".Length]
        : name.EndsWith(".accompaniment", StringComparison.Ordinal) ? name[..^".accompaniment".Length] : null;

    private static EvaluationSong Create(string folder, string name, string? language)
    {
        RequestFile request;
        try
        {
            request = RequestFile.Read(folder, name);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return new(name, () => throw new InvalidDataException(e.Message, e));
        }
        return new(name, () => Load(folder, name, language, request)) { RequestedLength = request.Length };
    }

    private static SongSample Load(string folder, string name, string? language, RequestFile request)
    {
        Waveform? vocal = Read("_vocal") ?? Read(".vocal"), accompaniment = Read("_bgm") ?? Read(".accompaniment");
        Waveform? sound = Read("");
        return new(new SongCondition(request.Lyrics, request.Description), SongTokens.FromRows([], [], [], 25), 0)
        {
            Mix = request.Part == SongPart.Mixed ? sound ?? Sum(vocal, accompaniment) : null,
            Vocal = vocal ?? (request.Part == SongPart.Vocal ? sound : null),
            Accompaniment = accompaniment ?? (request.Part == SongPart.Accompaniment ? sound : null),
            PromptAudio = Read("_prompt"),
            Language = language,
        };

        Waveform? Read(string suffix) => Endings.Select(end => Path.Combine(folder, name + suffix + end))
            .FirstOrDefault(File.Exists) is { } file ? AudioFile.Read(file) : null;
    }

    private static Waveform? Sum(Waveform? vocal, Waveform? accompaniment) =>
        vocal is null || accompaniment is null ? vocal ?? accompaniment : StemSum.Of(vocal, accompaniment);
}
