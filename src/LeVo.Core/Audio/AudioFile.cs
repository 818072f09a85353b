using LeVo.Core.IO;

namespace LeVo.Core.Audio;

/// <summary>Sound files of the kinds this library knows: WAV and FLAC. Thread-safe.</summary>
public static class AudioFile
{
    /// <summary>Reads a file; its content tells its kind, not its name.</summary>
    /// <exception cref="InvalidDataException">It is of no known kind, broken or cut short.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
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

    /// <summary>Writes a file; it appears under its name only when it is whole. Existing files are replaced.</summary>
    /// <param name="path">The file; its extension, .wav or .flac, tells the kind.</param>
    /// <param name="waveform">The sound.</param>
    /// <param name="format">How samples are stored.</param>
    /// <param name="cancellationToken">Stops between blocks; no file is left then.</param>
    /// <exception cref="ArgumentException">Another extension, or such samples do not fit the kind of file.</exception>
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
                $"'{other}' is no known kind of sound file: .wav or .flac.", nameof(path)),
        };
        // Encoding keeps a core busy, so it runs neither on the caller's thread nor on one of the pool.
        return Task.Factory.StartNew(() => AtomicFile.Write(path, write), cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }
}
