using LeVo.Core.IO;
using LeVo.Core.Threading;

namespace LeVo.Core.Audio;

/// <summary>Reads and writes audio files in the supported formats, WAV and FLAC. Thread-safe.</summary>
public static class AudioFile
{
    /// <summary>Reads an audio file. The format is detected from the content, not from the extension.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The audio at the file's sample rate.</returns>
    /// <exception cref="InvalidDataException">The format is not supported, or the file is corrupt or
    /// truncated.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static Waveform Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[4];
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        if (start.SequenceEqual("fLaC"u8))
            return FlacFile.Read(stream);
        if (start.SequenceEqual("RIFF"u8) || start.SequenceEqual("RF64"u8))
            return WavFile.Read(stream);
        throw new InvalidDataException(count == 0
            ? $"'{path}' is empty."
            : $"'{path}' is neither a WAV nor a FLAC file.");
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
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(waveform);
        Action<Stream> write = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".wav" => stream => WavFile.Write(stream, waveform, format, cancellationToken),
            ".flac" => stream => FlacFile.Write(stream, waveform, format, cancellationToken),
            var other => throw new ArgumentException(
                $"'{other}' is not a supported audio file; use .wav or .flac.", nameof(path)),
        };
        // Encoding is CPU-bound and must not block the caller's thread or a thread of the pool.
        return DedicatedThread.Run(() => AtomicFile.Write(path, write), cancellationToken);
    }
}
