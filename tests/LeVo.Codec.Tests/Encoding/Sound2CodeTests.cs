using System.Text.Json.Nodes;
using LeVo.Codec.Encoding;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Planning;
using LeVo.Codec.Quantization;
using LeVo.Core.Torch.Parameters;
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
        using var golden = CodecGolden.Open(path);
        using var scope = NewDisposeScope();
        foreach ((string name, JsonNode? entry) in golden.Config)
            CheckEntry(golden, name, entry!.AsObject());
        golden.Finish();
    }

    private static void CheckEntry(CodecGolden golden, string name, JsonObject entry)
    {
        JsonObject sizes = golden.Json("model"), taps = golden.Json("layers");
        string salt = (string?)entry["salt"] ?? "";
        string seed = (string)entry["seed"]!;
        bool mixed = (string)entry["layout"]! == "mixed";
        (string Tap, string Key, string Wave, string Length, string Scale)[] parts =
        [
            (mixed ? "mixed" : "vocal", "rvq_bestrq_emb", ".v", "n", "sv"),
            .. mixed ? [] : new[] { ("bgm", "rvq_bestrq_bgm_emb", ".b", "nb", "sb") },
        ];
        MusicFmConfig config = MusicFmTests.ReadConfig(sizes["musicfm"]!);
        var builder = new ParameterBuilder(new NameSeededSource(golden.WeightPrefix + salt));
        var musicFm = new MusicFmEncoder(builder.Root.Sub("bestrq").Sub("model"), config,
            parts.Max(part => (int)taps[part.Tap]!));
        EncoderStream[] streams = [.. parts.Select(part => new EncoderStream((int)taps[part.Tap]!,
            new ResidualVectorQuantizer(builder.Root.Sub(part.Key), (int)sizes["D"]!,
                (int)sizes["K"]!, (int)sizes["d"]!).Quantizers[0]))];
        using ParameterSet parameters = builder.Build("encoder");
        float[][][] tracks = [.. parts.Select(part => GoldenInputs.Wave(seed + part.Wave,
            (int)entry[part.Length]!, 2, (double)entry[part.Scale]!))];

        var encoder = new CodecEncoder(musicFm, streams);
        int[][] codes = encoder.Encode(tracks);
        EncoderTrack[] prepared = EncoderTrack.Prepare(tracks, SampleRate);
        int stride = (int)entry["emb_stride"]!;
        for (int s = 0; s < streams.Length; s++)
        {
            using var scope = NewDisposeScope();
            Tensor hidden = Hidden(encoder, streams[s], prepared[s]);
            golden.Check($"{name}.embed{s}_every", hidden.slice(0, 0, hidden.shape[0], stride));
            VectorQuantizer quantizer = streams[s].Quantizer;
            Tensor margin = QuantizerTests.Margin(quantizer, quantizer.Project(hidden.unsqueeze(0)));
            golden.Check($"{name}.margin{s}", margin[0]);
            AssertCodes(golden.Input($"{name}.codes{s}"), golden.Input($"{name}.margin{s}"), codes[s]);
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
