using LeVo.Core.IO;
using LeVo.Core.Threading;

namespace LeVo.Core.Audio;

/// <summary>Reads WAV, FLAC, Ogg Vorbis and MP3 files; writes WAV and FLAC. Thread-safe.</summary>
public static class AudioFile
{
    /// <summary>Reads an audio file. The format is detected from the content, not from the extension.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Receives what is unusual about the file but has one meaning, for example that it does not declare
    /// its length; or null.</param>
    /// <returns>The audio at the file's sample rate, 1 to 8 channels, at least one sample, all finite.</returns>
    /// <exception cref="InvalidDataException">The format is not supported; the message names the format and a command that
    /// converts the file. Or the file is corrupt or truncated, has no samples, or has samples that are not
    /// numbers.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Waveform Read(string path, Action<string>? warn = null)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            return AudioReader.Read(stream, path, warn);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}': {e.Message}", e);
        }
    }

    /// <summary>Reads an audio file from the current position of a stream to its end. The format is detected from the
    /// content.</summary>
    /// <param name="stream">The stream, which stays open. It is read synchronously; if it is not seekable, all of it is
    /// copied to memory first.</param>
    /// <param name="warn">Receives what is unusual about the file but has one meaning; or null.</param>
    /// <inheritdoc cref="Read(string, Action{string}?)"/>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static Waveform Read(Stream stream, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return AudioReader.Read(stream.CanSeek ? stream : StreamCopy.ToMemory(stream, Array.MaxLength), null, warn);
    }

    /// <summary>Writes an audio file atomically; an existing file is replaced.</summary>
    /// <param name="path">The file; its extension, .wav or .flac, selects the format.</param>
    /// <param name="waveform">The audio.</param>
    /// <param name="format">The sample format.</param>
    /// <param name="cancellationToken">Cancels the operation; no file is written then.</param>
    /// <exception cref="ArgumentException">The extension is not supported, or the format cannot store such
    /// samples.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static Task WriteAsync(string path, Waveform waveform, SampleFormat format = SampleFormat.Pcm16,
        CancellationToken cancellationToken = default) => WriteAsync(path, waveform, format, null, cancellationToken);

    internal static Task WriteAsync(
        string path, Waveform waveform, SampleFormat samples, AudioTags? tags, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(waveform);
        AudioFormat format = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".wav" => AudioFormat.Wav,
            ".flac" => AudioFormat.Flac,
            var other => throw new ArgumentException(
                $"'{other}' is not a supported audio file; use .wav or .flac.", nameof(path)),
        };
        // Encoding is CPU-bound and must not block the caller's thread or a thread of the pool.
        return DedicatedThread.Run(
            () => AtomicFile.Write(path, stream => Write(stream, waveform, format, samples, tags, cancellationToken)),
            cancellationToken);
    }

    /// <summary>Writes an audio file to a stream.</summary>
    /// <param name="stream">The stream, which need not be seekable and stays open.</param>
    /// <param name="waveform">The audio.</param>
    /// <param name="format">The format of the file.</param>
    /// <param name="samples">The format of the samples.</param>
    /// <param name="cancellationToken">Cancels the operation; a part may be written then.</param>
    /// <exception cref="ArgumentException">The format cannot store such samples.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static Task WriteAsync(Stream stream, Waveform waveform, AudioFormat format,
        SampleFormat samples = SampleFormat.Pcm16, CancellationToken cancellationToken = default) =>
        WriteAsync(stream, waveform, format, samples, null, cancellationToken);

    internal static async Task WriteAsync(Stream stream, Waveform waveform, AudioFormat format, SampleFormat samples,
        AudioTags? tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(waveform);
        // FLAC's header follows from its samples, and a web server's stream takes no synchronous writes.
        using var file = new MemoryStream();
        await DedicatedThread.Run(
            () => Write(file, waveform, format, samples, tags, cancellationToken), cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        await file.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    private static void Write(Stream stream, Waveform waveform, AudioFormat format, SampleFormat samples, AudioTags? tags,
        CancellationToken cancellationToken)
    {
        if (format == AudioFormat.Wav)
            WavFile.Write(stream, waveform, samples, cancellationToken);
        else if (format == AudioFormat.Flac)
            FlacFile.Write(stream, waveform, samples, tags, cancellationToken);
        else
            throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such audio format.");
    }
}
