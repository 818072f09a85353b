using LeVo.Core.Audio;
using LeVo.Core.Audio.Flac;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Faults;

/// <summary>Readers of sound.</summary>
internal static class SoundTargets
{
    private const int BlockSamples = 256;

    /// <summary>Codebooks and windows of a Vorbis stream, at most.</summary>
    private const long VorbisSetup = 64 << 20;

    /// <summary>Samples of eight channels of a frame at their widest, which the FLAC decoder keeps.</summary>
    private const long FlacFrame = 8 * 65_536 * sizeof(long);

    public static IEnumerable<FuzzTarget> All(TemporaryFolder folder)
    {
        string bad = folder["bad"];
        yield return new("wav", [Seed("noise.wav"), Seed("six.wav"), Seed("tone8.wav"), Seed("tone24.wav"),
            Seed("tone16_mulaw.wav"), Wide(), BigEndian(), InTwoChunks()],
            input => Read(bad, input), typeof(InvalidDataException));
        yield return new("flac", [Seed("noise_verbatim.flac"), Seed("silence_constant.flac"), Seed("six_channels.flac"),
            Seed("tone8_mono.flac"), Seed("tone32_lpc.flac")],
            input => Read(bad, input), typeof(InvalidDataException))
        { Fixed = FlacFrame };
        // With checksums that belong to the damaged pages, or none would be decoded.
        yield return new("vorbis pages", [Seed("tone16_vorbis.ogg"), Seed("six_vorbis.ogg")],
            input => OggFile.Read(WithChecksums(input)), typeof(InvalidDataException))
        { Fixed = VorbisSetup, Share = 50 };
        yield return new("mp3", [Seed("tone48_lame.mp3"), Seed("tone48_ffmpeg.mp3"), Seed("tone48.mp2")],
            input => Read(bad, input), typeof(InvalidDataException))
        { Share = 50 };
        // Behind the checksums: what they would keep out is decoded here.
        yield return new("flac subframe", [.. Subframes()], input =>
        {
            var samples = new long[BlockSamples];
            var reader = new BitReader(input, 0);
            FlacSubframe.Decode(ref reader, samples, 17);
        }, typeof(InvalidDataException));
    }

    /// <summary>A file in the 64-bit form.</summary>
    private static byte[] Wide()
    {
        byte[] file = Seed("noise.wav");
        byte[] wide = [.. "RF64"u8, .. file[4..12], .. "ds64"u8, 28, 0, 0, 0, .. new byte[28], .. file[12..]];
        BitConverter.TryWriteBytes(wide.AsSpan(28), (long)file.Length - 44);
        wide.AsSpan(12 + 36 + 28, 4).Fill(0xFF);
        return wide;
    }

    /// <summary>A file in the big-endian form.</summary>
    private static byte[] BigEndian()
    {
        byte[] file = Seed("noise.wav");
        "RIFX"u8.CopyTo(file);
        foreach ((int at, int size) in new[] { (4, 4), (16, 4), (20, 2), (22, 2), (24, 4), (28, 4), (32, 2), (34, 2), (40, 4) })
            file.AsSpan(at, size).Reverse();
        return file;
    }

    private static byte[] InTwoChunks() => [.. Seed("noise.wav"), .. Seed("noise.wav")[36..]];

    /// <summary>The pages of a damaged file, each with the checksum that belongs to it.</summary>
    private static byte[] WithChecksums(byte[] file)
    {
        byte[] valid = [.. file];
        for (int at = 0; at < valid.Length;)
        {
            int length = OggPages.Page(valid.AsSpan(at)).Length;
            if (length > 0)
                BitConverter.TryWriteBytes(valid.AsSpan(at + 22), OggPages.Crc(valid.AsSpan(at, length)));
            at += Math.Max(1, length);
        }
        return valid;
    }

    private static byte[] Seed(string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Audio", "Files", name));

    private static void Read(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        AudioFile.Read(path);
    }

    /// <summary>A channel of each kind: constant, verbatim, fixed, linear prediction.</summary>
    private static IEnumerable<byte[]> Subframes()
    {
        var random = new Random(3);
        foreach (byte kind in (byte[])[0, 1 << 1, 10 << 1, 12 << 1, 35 << 1, 63 << 1, (9 << 1) | 1])
        {
            byte[] bytes = new byte[1200];
            random.NextBytes(bytes);
            bytes[0] = kind;
            yield return bytes;
        }
    }
}
