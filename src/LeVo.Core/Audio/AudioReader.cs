using System.Numerics.Tensors;

namespace LeVo.Core.Audio;

/// <summary>Reads files of all supported formats and checks what is in them. Thread-safe.</summary>
internal static class AudioReader
{
    private const int MostChannels = 8, LeastRate = 100, MostRate = 768_000;

    /// <summary>Reads from the current position of a seekable stream.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="path">Its path for messages, or null.</param>
    /// <param name="warn">Receives what is unusual; or null.</param>
    /// <exception cref="InvalidDataException">The file cannot be read, or holds no usable audio.</exception>
    public static Waveform Read(Stream stream, string? path, Action<string>? warn)
    {
        bool tagged = SkipId3(stream);
        long begin = stream.Position;
        Span<byte> bytes = stackalloc byte[AudioContent.Needed];
        ReadOnlySpan<byte> start = bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        stream.Position = begin;
        Waveform sound = AudioContent.KindOf(start) switch
        {
            AudioContent.Kind.Wav => WavFile.Read(stream, warn),
            AudioContent.Kind.Flac => FlacFile.Read(stream),
            AudioContent.Kind.OggVorbis => OggFile.Read(Rest(stream)),
            AudioContent.Kind.Mpeg => Mp3File.Read(Rest(stream)),
            // Behind a tag comes MPEG audio, sometimes after zeros.
            _ when tagged && AudioContent.NameOf(start) is null => Mp3File.Read(Rest(stream)),
            _ => throw NotReadable(start, path),
        };
        Check(sound);
        return sound;
    }

    /// <summary>Moves behind ID3v2 tags, which other formats than MP3 carry, too.</summary>
    private static bool SkipId3(Stream stream)
    {
        Span<byte> head = stackalloc byte[10];
        for (bool any = false; ; any = true)
        {
            long begin = stream.Position;
            int length = AudioContent.Id3Length(head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
            stream.Position = Math.Min(begin + length, stream.Length);
            if (length == 0)
                return any;
        }
    }

    private static byte[] Rest(Stream stream)
    {
        long length = stream.Length - stream.Position;
        if (length > Array.MaxLength)
            throw new InvalidDataException("The audio file is larger than 2 GiB.");
        byte[] file = new byte[length];
        stream.ReadExactly(file);
        return file;
    }

    private static InvalidDataException NotReadable(ReadOnlySpan<byte> start, string? path)
    {
        if (start.IsEmpty)
            return new("The audio file is empty.");
        string input = path is null ? "INPUT" : $"\"{path}\"", output = path is null
            ? "OUTPUT.flac"
            : $"\"{Path.GetFileNameWithoutExtension(path)}.flac\"";
        string kinds = "WAV, FLAC, Ogg Vorbis and MP3 files can be read";
        return AudioContent.NameOf(start) is { } name
            ? new($"This is {name}. {kinds}; convert it first, for example with: ffmpeg -i {input} {output}")
            : new($"This is no audio file of a known format. {kinds}.");
    }

    /// <exception cref="InvalidDataException">The sound is of no use.</exception>
    private static void Check(Waveform sound)
    {
        if (sound.ChannelCount > MostChannels)
            throw new InvalidDataException($"The file has {sound.ChannelCount} channels, more than {MostChannels}.");
        if (sound.SampleRate is < LeastRate or > MostRate)
            throw new InvalidDataException(
                $"The file's sample rate, {sound.SampleRate} Hz, is not between {LeastRate} and {MostRate} Hz.");
        if (sound.Length == 0)
            throw new InvalidDataException("The file has no samples.");
        for (int c = 0; c < sound.ChannelCount; c++)
        {
            if (TensorPrimitives.IsFiniteAll<float>(sound.Channels[c]))
                continue;
            int at = Array.FindIndex(sound.Channels[c], sample => !float.IsFinite(sample));
            throw new InvalidDataException($"Sample {at} of channel {c + 1} ({(double)at / sound.SampleRate:F3} s) is "
                + $"{(float.IsNaN(sound.Channels[c][at]) ? "not a number" : "infinite")}.");
        }
    }
}
