using System.Globalization;
using LeVo.Core.Audio;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>A finished song with its request and timings. Immutable.</summary>
public sealed record Song
{
    /// <summary>Initializes a song, for example in a generator that replaces the library's in tests.</summary>
    /// <param name="request">The request with the seed, duration and options in effect.</param>
    /// <param name="model">The language model.</param>
    /// <param name="tokens">The song as codes.</param>
    /// <param name="audio">The audio of <see cref="SongRequest.Part"/>.</param>
    public Song(SongRequest request, ModelInfo model, SongTokens tokens, Waveform audio)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentNullException.ThrowIfNull(audio);
        (Request, Model, Tokens, Audio) = (request, model, tokens, audio);
    }

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
    /// files are replaced. FLAC files have tags: <c>TITLE</c> (the file's name), <c>SEED</c>, <c>MODEL</c>,
    /// <c>MODEL_HASH</c> and <c>ENCODER</c> (the library with its version).
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
            await AudioFile.WriteAsync(
                file, sound, format, Tags(Path.GetFileNameWithoutExtension(file)), cancellationToken).ConfigureAwait(false);
            files.Add(Path.GetFileName(file));
        }
    }

    /// <summary>Writes <see cref="Audio"/> alone to a stream.</summary>
    /// <param name="stream">The stream, which need not be seekable and stays open.</param>
    /// <param name="format">The format of the file. FLAC contains the tags of <see cref="SaveAsync(string,
    /// CancellationToken)"/>.</param>
    /// <param name="title">The title in the tags, or null for none.</param>
    /// <param name="samples">The format of the samples.</param>
    /// <param name="cancellationToken">Cancels the operation; a part may be written then.</param>
    /// <exception cref="ArgumentException">The format cannot store such samples.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public Task SaveAsync(Stream stream, AudioFormat format, string? title = null, SampleFormat samples = SampleFormat.Pcm16,
        CancellationToken cancellationToken = default) =>
        AudioFile.WriteAsync(stream, Audio, format, samples, Tags(title), cancellationToken);

    private AudioTags Tags(string? title)
    {
        List<(string, string)> tags = [("SEED", Request.Seed?.ToString(CultureInfo.InvariantCulture) ?? ""),
            ("MODEL", Model.Name), ("MODEL_HASH", Model.Hash), ("ENCODER", SongSidecar.Library)];
        if (title is not null)
            tags.Insert(0, ("TITLE", title));
        return new(tags);
    }

    private static string Beside(string path, string suffix)
    {
        string extension = Path.GetExtension(path);
        return string.Concat(path.AsSpan(0, path.Length - extension.Length), suffix, extension);
    }
}
