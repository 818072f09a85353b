namespace LeVo.Core.Audio;

/// <summary>Writes what lies before the samples of a WAV file.</summary>
internal static class WavHeader
{
    private const uint Unknown = uint.MaxValue; // the length that programs write into pipes

    /// <summary>Writes everything up to the samples.</summary>
    /// <param name="stream">The stream, written at its current position.</param>
    /// <param name="format">The sample format.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="samples">Samples of each channel; null for a stream that does not know them yet.</param>
    /// <exception cref="ArgumentException">The samples do not fit into a WAV file.</exception>
    public static void Write(Stream stream, SampleFormat format, int channels, int sampleRate, long? samples)
    {
        bool isFloat = format == SampleFormat.Float32, extensible = channels > 2;
        int size = format.Bits() / 8, block = size * channels;
        int formatLength = extensible ? 40 : isFloat ? 18 : 16, factLength = isFloat ? 12 : 0;
        long length = samples ?? 0, dataLength = length * block;
        long riffLength = 4 + 8 + formatLength + factLength + 8 + dataLength + (dataLength & 1);
        if (block > ushort.MaxValue || riffLength >= Unknown)
            throw new ArgumentException(
                $"A WAV file cannot hold {length} samples of {channels} channels.", nameof(samples));
        using var writer = new BinaryWriter(stream, System.Text.Encoding.ASCII, leaveOpen: true);
        writer.Write("RIFF"u8);
        writer.Write(samples is null ? Unknown : (uint)riffLength);
        writer.Write("WAVEfmt "u8);
        writer.Write(formatLength);
        writer.Write(extensible ? WavFormat.Extensible : isFloat ? WavFormat.Float : WavFormat.Pcm);
        writer.Write((ushort)channels);
        writer.Write(sampleRate);
        writer.Write((uint)Math.Min(uint.MaxValue, (long)sampleRate * block));
        writer.Write((ushort)block);
        writer.Write((ushort)(size * 8));
        if (formatLength > 16)
            writer.Write((ushort)(formatLength - 18));
        if (extensible)
        {
            writer.Write((ushort)(size * 8));
            writer.Write(0); // no speaker positions
            writer.Write(isFloat ? WavFormat.Float : WavFormat.Pcm);
            writer.Write(WavFormat.GuidTail);
        }
        if (isFloat)
        {
            writer.Write("fact"u8);
            writer.Write(4);
            writer.Write(samples is null ? Unknown : (uint)length);
        }
        writer.Write("data"u8);
        writer.Write(samples is null ? Unknown : (uint)dataLength);
    }
}
