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
        IReadOnlyList<CodecStream> layout = (string)entry["layout"]! == "mixed"
            ? CodecLayout.Mixed((int)taps["mixed"]!)
            : CodecLayout.DualTrack((int)taps["vocal"]!, (int)taps["bgm"]!);
        (string Wave, string Length, string Scale)[] parts = [(".v", "n", "sv"), (".b", "nb", "sb")];
        CodecSizes codec = new()
        {
            Streams = layout,
            CodebookSize = (int)sizes["K"]!,
            CodeWidth = (int)sizes["d"]!,
            Estimator = new() { ConditionWidth = (int)sizes["D"]! },
            HasDecoder = false,
            MusicFm = MusicFmTests.ReadConfig(sizes["musicfm"]!),
        };
        var tensors = new CodecTensors(codec);
        var builder = new ParameterBuilder(new NameSeededSource(golden.WeightPrefix + salt));
        var musicFm = new MusicFmEncoder(builder, tensors.MusicFm!, codec.MusicFm);
        EncoderStream[] streams = [.. layout.Zip(tensors.Quantizers, (stream, row) =>
            new EncoderStream(stream.Tap, new ResidualVectorQuantizer(builder, row).Quantizers[0]))];
        using ParameterSet parameters = builder.Build("encoder");
        float[][][] tracks = [.. parts.Take(streams.Length).Select(part => GoldenInputs.Wave(seed + part.Wave,
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
