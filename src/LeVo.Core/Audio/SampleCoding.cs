using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>
/// Converts samples to and from integers of n bits. Full scale is 2^(n-1), so that integers round-trip exactly.
/// Values beyond full scale are clipped; NaN becomes 0.
/// </summary>
internal static class SampleCoding
{
    public static int ToInteger(float sample, int bits)
    {
        double scaled = Math.Round(sample * (double)(1L << (bits - 1)), MidpointRounding.ToEven);
        return double.IsNaN(scaled) ? 0 : (int)Math.Clamp(scaled, -(1L << (bits - 1)), (1L << (bits - 1)) - 1);
    }

    /// <summary>Interleaves and stores <paramref name="count"/> samples of each channel, little-endian.</summary>
    public static void Encode(float[][] channels, int start, int count, SampleFormat format, Span<byte> bytes)
    {
        int size = format.Bits() / 8, frame = size * channels.Length;
        for (int c = 0; c < channels.Length; c++)
        {
            ReadOnlySpan<float> samples = channels[c].AsSpan(start, count);
            Span<byte> place = bytes[(c * size)..];
            for (int i = 0; i < samples.Length; i++)
            {
                Span<byte> at = place[(i * frame)..];
                if (format == SampleFormat.Float32)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(at, samples[i]);
                    continue;
                }
                int value = ToInteger(samples[i], size * 8);
                BinaryPrimitives.WriteInt16LittleEndian(at, (short)value);
                if (size == 3)
                    at[2] = (byte)(value >> 16);
            }
        }
    }

    /// <summary>Reads interleaved little-endian samples into the channels from <paramref name="start"/> on.</summary>
    public static void Decode(ReadOnlySpan<byte> bytes, WavFormat format, float[][] channels, int start, int count)
    {
        int size = format.SampleSize, frame = format.Block;
        for (int c = 0; c < channels.Length; c++)
        {
            Span<float> samples = channels[c].AsSpan(start, count);
            ReadOnlySpan<byte> place = bytes[(c * size)..];
            for (int i = 0; i < samples.Length; i++)
                samples[i] = Decode(place.Slice(i * frame, size), format.Code);
        }
    }

    /// <summary>Turns big-endian samples into little-endian ones.</summary>
    public static void ReverseBytes(Span<byte> bytes, int size)
    {
        for (int i = 0; i < bytes.Length; i += size)
            bytes.Slice(i, size).Reverse();
    }

    private static float Decode(ReadOnlySpan<byte> bytes, SampleCode code) => (bytes.Length, code) switch
    {
        (4, SampleCode.Float) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (8, SampleCode.Float) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        (1, SampleCode.MuLaw) => G711.FromMuLaw(bytes[0]),
        (1, SampleCode.ALaw) => G711.FromALaw(bytes[0]),
        (1, _) => (bytes[0] - 128) / 128f, // 8-bit samples are unsigned
        (2, SampleCode.Integer) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
        (3, SampleCode.Integer) => ((sbyte)bytes[2] << 16 | bytes[1] << 8 | bytes[0]) / 8388608f,
        (4, SampleCode.Integer) => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
        _ => throw new ArgumentOutOfRangeException(nameof(bytes), bytes.Length, "Unknown sample size."),
    };
}
