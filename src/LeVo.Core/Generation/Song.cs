using LeVo.Core.Audio;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A finished song with its request and timings. Immutable.</summary>
public sealed record Song
{
    internal Song(SongRequest request, ModelInfo model, SongTokens tokens, Waveform audio) =>
        (Request, Model, Tokens, Audio) = (request, model, tokens, audio);

    /// <summary>The request with the seed, duration and options in effect.</summary>
    public SongRequest Request { get; }

    /// <summary>The language model.</summary>
    public ModelInfo Model { get; }

    /// <summary>The song as codes.</summary>
    public SongTokens Tokens { get; }

    /// <summary>The audio of <see cref="SongRequest.Part"/>, stereo.</summary>
    public Waveform Audio { get; }

    /// <summary>The vocal track, if stems were requested.</summary>
    public Waveform? Vocal { get; init; }

    /// <summary>The accompaniment track, if stems were requested.</summary>
    public Waveform? Accompaniment { get; init; }

    /// <summary>Warnings about the request, for example that the lyrics were truncated.</summary>
    public IReadOnlyList<SongFinding> Findings { get; init; } = [];

    /// <summary>Time spent on the tokens.</summary>
    public TimeSpan TokenTime { get; init; }

    /// <summary>Time spent on the sound.</summary>
    public TimeSpan AudioTime { get; init; }

    /// <summary>
    /// Writes the song: <c>name.wav</c> (or .flac), stems as <c>name_vocal</c> and <c>name_bgm</c> of the same kind,
    /// and <c>name.json</c>, which contains model, request, seed and timings. Each file is written atomically; existing
    /// files are replaced.
    /// </summary>
    /// <param name="path">The audio file; its extension selects the format.</param>
    /// <param name="cancellationToken">Stops between files and blocks.</param>
    /// <exception cref="ArgumentException">The extension is not supported.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default) =>
        SaveAsync(path, SampleFormat.Pcm16, cancellationToken);

    /// <param name="path">The audio file; its extension selects the format.</param>
    /// <param name="format">How samples are stored.</param>
    /// <param name="cancellationToken">Stops between files and blocks.</param>
    /// <inheritdoc cref="SaveAsync(string, CancellationToken)"/>
    public async Task SaveAsync(string path, SampleFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = new List<string>();
        await Write(path, Audio).ConfigureAwait(false);
        await Write(Beside(path, "_vocal"), Vocal).ConfigureAwait(false);
        await Write(Beside(path, "_bgm"), Accompaniment).ConfigureAwait(false);
        await SongSidecar.Of(this, files).SaveAsync(Path.ChangeExtension(path, ".json"), cancellationToken)
            .ConfigureAwait(false);

        async Task Write(string file, Waveform? sound)
        {
            if (sound is null)
                return;
            await AudioFile.WriteAsync(file, sound, format, cancellationToken).ConfigureAwait(false);
            files.Add(Path.GetFileName(file));
        }
    }

    private static string Beside(string path, string suffix)
    {
        string extension = Path.GetExtension(path);
        return string.Concat(path.AsSpan(0, path.Length - extension.Length), suffix, extension);
    }
}
