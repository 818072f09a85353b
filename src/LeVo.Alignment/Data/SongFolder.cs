using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Data;

/// <summary>
/// A folder of training songs: for each song NAME the lyrics <c>NAME.txt</c>, the stems <c>NAME.vocal.wav</c> and
/// <c>NAME.accompaniment.wav</c>, optionally the mix <c>NAME.wav</c> (otherwise the sum of the stems), the style
/// <c>NAME.description.txt</c>, and for models of LeVo 2 the tier <c>NAME.musicality.txt</c> (<c>very-high</c> to <c>very-low</c>).
/// WAV and FLAC files are supported.
/// </summary>
public static class SongFolder
{
    private const string LyricsEnding = ".txt", StyleEnding = ".description.txt", TierEnding = ".musicality.txt";

    /// <summary>Returns the names of the folder's songs.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidDataException">Stems are missing; the message lists them all.</exception>
    public static IReadOnlyList<string> GetNames(string folder)
    {
        string[] names =
        [
            .. Directory.GetFiles(folder, "*" + LyricsEnding)
                .Where(file => !file.EndsWith(StyleEnding, StringComparison.Ordinal) && !file.EndsWith(TierEnding, StringComparison.Ordinal))
                .Select(file => Path.GetFileName(file)[..^LyricsEnding.Length]).Order(StringComparer.Ordinal),
        ];
        string[] missing =
        [
            .. from name in names
               from part in (string[])[".vocal", ".accompaniment"]
               where AudioOf(folder, name + part) is null
               select $"{name}{part}.wav",
        ];
        return missing.Length == 0
            ? names
            : throw new InvalidDataException($"'{folder}' lacks {string.Join(", ", missing)} (or .flac).");
    }

    /// <summary>Encodes the folder's songs and writes them as token shards.</summary>
    /// <param name="folder">The folder of songs.</param>
    /// <param name="codec">The model's codec, with its mixed encoder.</param>
    /// <param name="writer">The writer of the shards, which is completed at the end.</param>
    /// <param name="rules">The model's text rules.</param>
    /// <param name="progress">Receives the number of songs encoded so far.</param>
    /// <param name="cancellationToken">Cancels between two songs or codec computations.</param>
    /// <returns>Number of songs.</returns>
    /// <exception cref="InvalidDataException">A file is missing or invalid; the message contains its
    /// name.</exception>
    public static async Task<int> EncodeAsync(string folder, IMusicCodec codec, TokenShardWriter writer,
        TextRules rules, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(writer);
        IReadOnlyList<string> names = GetNames(folder);
        for (int i = 0; i < names.Count; i++)
        {
            writer.Add(await EncodeAsync(folder, names[i], codec, rules, cancellationToken).ConfigureAwait(false));
            progress?.Report(i + 1);
        }
        writer.Complete();
        return names.Count;
    }

    /// <summary>Encodes one song.</summary>
    internal static async Task<TrainingSong> EncodeAsync(
        string folder, string name, IMusicCodec codec, TextRules rules, CancellationToken cancellationToken)
    {
        string lyricsFile = Path.Combine(folder, name + LyricsEnding),
            styleFile = Path.Combine(folder, name + StyleEnding), tierFile = Path.Combine(folder, name + TierEnding);
        string lyrics = await File.ReadAllTextAsync(lyricsFile, cancellationToken).ConfigureAwait(false);
        string? style = File.Exists(styleFile)
            ? (await File.ReadAllTextAsync(styleFile, cancellationToken).ConfigureAwait(false)).Trim()
            : null;
        string? tier = File.Exists(tierFile)
            ? await File.ReadAllTextAsync(tierFile, cancellationToken).ConfigureAwait(false)
            : null;
        try
        {
            if (tier is not null && rules == TextRules.V1)
                throw new ArgumentException($"'{tierFile}' gives a musicality; this model's text rules (v1) have none.");
            Musicality? musicality = tier is null ? null : MusicalityTiers.Parse(tier);
            string text = Lyrics.Parse(lyrics).Render();
            var stems = new StemPair(
                AudioFile.Read(AudioOf(folder, name + ".vocal")!),
                AudioFile.Read(AudioOf(folder, name + ".accompaniment")!));
            Waveform mix = AudioOf(folder, name) is { } file ? AudioFile.Read(file) : Sum(stems);
            SongTokens tokens = await codec.EncodeAsync(mix, stems, cancellationToken).ConfigureAwait(false);
            return new(tokens, text, StyleText.Assemble(rules, style)) { Musicality = musicality };
        }
        catch (Exception e) when (e is LyricsFormatException or ArgumentException or InvalidDataException)
        {
            throw new InvalidDataException($"The song '{Path.Combine(folder, name)}' can't be used: {e.Message}", e);
        }
    }

    private static Waveform Sum(StemPair stems)
    {
        (Waveform a, Waveform b) = stems;
        if (a.SampleRate != b.SampleRate)
            throw new ArgumentException($"The stems have {a.SampleRate} and {b.SampleRate} samples per second.");
        return new([.. Enumerable.Range(0, 2).Select(c => Add(Channel(a, c), Channel(b, c)))], a.SampleRate);

        static float[] Channel(Waveform sound, int index) => sound.Channels[Math.Min(index, sound.ChannelCount - 1)];

        static float[] Add(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];
    }

    private static string? AudioOf(string folder, string name) => new[] { ".wav", ".flac" }
        .Select(extension => Path.Combine(folder, name + extension)).FirstOrDefault(File.Exists);
}
