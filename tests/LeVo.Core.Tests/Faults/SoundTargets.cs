using LeVo.Core.Audio;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Faults;

/// <summary>Readers of sound.</summary>
internal static class SoundTargets
{
    private const int BlockSamples = 256;

    /// <summary>Samples of eight channels of a frame at their widest, which the FLAC decoder keeps.</summary>
    private const long FlacFrame = 8 * 65_536 * sizeof(long);

    public static IEnumerable<FuzzTarget> All(TemporaryFolder folder)
    {
        string bad = folder["bad"];
        yield return new("wav", [Seed("noise.wav"), Seed("six.wav"), Seed("tone8.wav"), Seed("tone24.wav")],
            input => Read(bad, input), typeof(InvalidDataException));
        yield return new("flac", [Seed("noise_verbatim.flac"), Seed("silence_constant.flac"), Seed("six_channels.flac"),
            Seed("tone8_mono.flac"), Seed("tone32_lpc.flac")],
            input => Read(bad, input), typeof(InvalidDataException))
        { Fixed = FlacFrame };
        // Behind the checksums: what they would keep out is decoded here.
        yield return new("flac subframe", [.. Subframes()], input =>
        {
            var samples = new long[BlockSamples];
            var reader = new BitReader(input, 0);
            FlacSubframe.Decode(ref reader, samples, 17);
        }, typeof(InvalidDataException));
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
