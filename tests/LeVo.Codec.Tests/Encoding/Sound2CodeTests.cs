using System.Text.Json;
using LeVo.Codec.Encoding;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

public sealed class Sound2CodeTests
{
    private const int SampleRate = 48_000;

    public static TheoryData<string> Goldens => CodecGolden.Files("08_sound2code");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Goldens))]
    [Trait("Category", "Golden")]
    public void CodesMatchTheGolden(string path)
    {
        using var golden = new CodecGolden(path);
        foreach (JsonProperty entry in golden.Config.EnumerateObject())
            CheckEntry(golden, entry.Name, entry.Value);
        golden.AssertComplete();
    }

    private static void CheckEntry(CodecGolden golden, string name, JsonElement entry)
    {
        JsonElement sizes = golden.Json("model"), taps = golden.Json("layers");
        string salt = entry.TryGetProperty("salt", out JsonElement value) ? value.GetString()! : "";
        string seed = entry.GetProperty("seed").GetString()!;
        bool mixed = entry.GetProperty("layout").GetString() == "mixed";
        (string Tap, string Key, string Wave, string Length, string Scale)[] parts =
        [
            (mixed ? "mixed" : "vocal", "rvq_bestrq_emb", ".v", "n", "sv"),
            .. mixed ? [] : new[] { ("bgm", "rvq_bestrq_bgm_emb", ".b", "nb", "sb") },
        ];
        MusicFmConfig config = MusicFmTests.ReadConfig(sizes.GetProperty("musicfm"));
        var builder = new ParameterBuilder(new NameSeededSource(golden.WeightPrefix + salt));
        var musicFm = new MusicFmEncoder(builder.Root.Sub("bestrq").Sub("model"), config,
            parts.Max(part => taps.GetProperty(part.Tap).GetInt32()));
        EncoderStream[] streams = [.. parts.Select(part => new EncoderStream(taps.GetProperty(part.Tap).GetInt32(),
            new ResidualVectorQuantizer(builder.Root.Sub(part.Key), sizes.GetProperty("D").GetInt32(),
                sizes.GetProperty("K").GetInt32(), sizes.GetProperty("d").GetInt32()).Quantizers[0]))];
        using ParameterSet parameters = builder.Build("encoder");
        float[][][] tracks = [.. parts.Select(part => CodecGolden.Wave(seed + part.Wave,
            entry.GetProperty(part.Length).GetInt32(), 2, entry.GetProperty(part.Scale).GetDouble()))];

        var encoder = new CodecEncoder(musicFm, streams);
        int[][] codes = encoder.Encode(tracks);
        EncoderTrack[] prepared = EncoderTrack.Prepare(tracks, SampleRate);
        int stride = entry.GetProperty("emb_stride").GetInt32();
        for (int s = 0; s < streams.Length; s++)
        {
            using var scope = NewDisposeScope();
            Tensor hidden = Hidden(encoder, streams[s], prepared[s]);
            golden.Check($"{name}.embed{s}_every", hidden.slice(0, 0, hidden.shape[0], stride));
            VectorQuantizer quantizer = streams[s].Quantizer;
            golden.Check($"{name}.margin{s}", QuantizerTests.Margin(quantizer, quantizer.Project(hidden.unsqueeze(0)))[0]);
            AssertCodes(golden.Take($"{name}.codes{s}"), golden.Take($"{name}.margin{s}"), codes[s]);
        }
    }

    private static Tensor Hidden(CodecEncoder encoder, EncoderStream stream, EncoderTrack track)
    {
        const int segmentSeconds = 40;
        List<Tensor> segments = [];
        for (int i = 0; i * segmentSeconds * 25 < track.Frames; i++)
            segments.Add(encoder.Hidden(track.Segment(i, segmentSeconds * SampleRate), stream)[0]);
        return cat(segments, 0).narrow(0, 0, track.Frames);
    }

    /// <summary>A code may differ only where best and runner-up nearly tie.</summary>
    private static void AssertCodes(Tensor expected, Tensor margin, int[] actual)
    {
        Assert.Equal([1, 1, actual.Length], expected.shape);
        long[] codes = expected.data<long>().ToArray();
        float[] margins = margin.data<float>().ToArray();
        for (int t = 0; t < actual.Length; t++)
            Assert.True(codes[t] == actual[t] || margins[t] < 1e-4, $"code {t} is {actual[t]}, not {codes[t]}");
    }
}
