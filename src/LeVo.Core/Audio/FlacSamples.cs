using System.Security.Cryptography;

namespace LeVo.Core.Audio;

/// <summary>The MD5 checksum over all samples, which verifies the decoded audio.</summary>
internal static class FlacSamples
{
    /// <summary>Appends a frame's samples: interleaved, little-endian, in whole bytes.</summary>
    public static void Hash(IncrementalHash md5, IReadOnlyList<long[]> channels, int count, int bits, ref byte[] bytes)
    {
        int size = (bits + 7) / 8, frame = size * channels.Count;
        if (bytes.Length < frame * count)
            bytes = new byte[frame * count];
        for (int c = 0; c < channels.Count; c++)
        {
            ReadOnlySpan<long> samples = channels[c].AsSpan(0, count);
            for (int i = 0; i < count; i++)
                for (int b = 0; b < size; b++)
                    bytes[i * frame + c * size + b] = (byte)(samples[i] >> (8 * b));
        }
        md5.AppendData(bytes, 0, frame * count);
    }
}
