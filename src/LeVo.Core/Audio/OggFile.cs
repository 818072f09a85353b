using NVorbis;

namespace LeVo.Core.Audio;

/// <summary>Reads Ogg Vorbis files with NVorbis. Thread-safe.</summary>
internal static class OggFile
{
    /// <summary>Where the channels of WAV lie in Vorbis (Vorbis I, section 4.3.9), by their number.</summary>
    private static readonly int[][] Orders =
    [
        [0], [0, 1], [0, 2, 1], [0, 1, 2, 3], [0, 2, 1, 3, 4], [0, 2, 1, 5, 3, 4], [0, 2, 1, 6, 5, 3, 4],
        [0, 2, 1, 7, 5, 6, 3, 4],
    ];

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or truncated, or not one Vorbis stream.</exception>
    public static Waveform Read(byte[] file)
    {
        OggPages.Check(file);
        return Decode(file);
    }

    /// <summary>Decodes a complete stream.</summary>
    private static Waveform Decode(byte[] file)
    {
        VorbisSetup.Check(file);
        try
        {
            OggEnd end = OggEnd.Take(file, out byte[] endless);
            using var reader = new VorbisReader(new MemoryStream(endless, writable: false)) { ClipSamples = false };
            if (reader.Channels > Orders.Length)
                throw new InvalidDataException($"The Ogg file has {reader.Channels} channels, more than {Orders.Length}.");
            var samples = new SampleCollector(reader.Channels);
            float[] block = new float[reader.Channels * 4096];
            while (reader.ReadSamples(block, 0, block.Length) is > 0 and var count)
                samples.Append(block.AsSpan(0, count));
            samples.Length = end.Cut(samples.Length, reader.SamplePosition);
            return samples.ToWaveform(reader.SampleRate, Orders[reader.Channels - 1]);
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            // NVorbis tells of damage by exceptions of any kind, of its indexing too.
            throw new InvalidDataException($"The Ogg Vorbis file is damaged: {e.Message}", e);
        }
    }
}
