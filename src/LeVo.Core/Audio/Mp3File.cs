using NLayer;

namespace LeVo.Core.Audio;

/// <summary>Reads MPEG audio, layers I to III, with NLayer. Thread-safe.</summary>
internal static class Mp3File
{
    /// <summary>Reads a whole file. The samples that the encoder added at both ends are removed where the file tells their
    /// number.</summary>
    /// <param name="file">The file from its first frame on; changed.</param>
    /// <exception cref="InvalidDataException">The file has no frame that can be decoded.</exception>
    public static Waveform Read(byte[] file)
    {
        try
        {
            Mp3Delay added = Mp3Delay.Take(file);
            using var mpeg = new MpegFile(new MemoryStream(file, writable: false));
            var samples = new SampleCollector(mpeg.Channels);
            float[] block = new float[mpeg.Channels * 1152];
            while (mpeg.ReadSamples(block, 0, block.Length) is > 0 and var count)
                samples.Append(block.AsSpan(0, count));
            Waveform sound = samples.ToWaveform(mpeg.SampleRate);
            int length = sound.Length - added.Before - added.Behind;
            return added == default || length <= 0 ? sound : sound.Slice(added.Before, length);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // NLayer tells of damage by exceptions of any kind, of its indexing too.
            throw new InvalidDataException($"The MP3 file is damaged: {e.Message}", e);
        }
    }
}
