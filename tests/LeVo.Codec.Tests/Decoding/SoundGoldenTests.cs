using System.Text.Json.Nodes;
using LeVo.Codec.Decoding;
using LeVo.Codec.Encoding;
using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Planning;
using LeVo.Codec.Quantization;
using LeVo.Codec.Tests.Encoding;
using LeVo.Codec.Vae;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

/// <summary>Codes to sound, end to end, with small parts and the real geometry.</summary>
[Trait("Category", "Golden")]
public sealed class SoundGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("07_code2sound");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void SoundsTheSame(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        foreach ((string name, JsonNode? entry) in golden.Config["cases"]!.AsObject())
            CheckCase(golden, name, entry!.AsObject());
        golden.Finish();
    }

    private static void CheckCase(CodecGolden golden, string name, JsonObject entry)
    {
        using var scope = NewDisposeScope();
        using SoundFixture parts = new(golden, (string)entry["layout"]!);
        int streams = parts.Quantizers.Length, frames = (int)entry["n_codes"]!;
        string seed = (string)entry["seed"]!;
        int[][] codes = [.. Enumerable.Range(0, streams)
            .Select(i => Integers(NameSeeded.Tokens($"{seed}.codes{i}", frames, 0, parts.CodebookSize)))];
        CheckCodes(golden, name + ".codes", codes);

        SoundPrompt? prompt = null;
        string[] windowNoise = [.. Enumerable.Range(0, (int)entry["windows"]!).Select(i => $"{seed}.noise.w{i}")];
        if (entry["prompt"] is JsonObject promptEntry)
        {
            prompt = parts.Prompt(seed, (int)promptEntry["n"]!);
            CheckCodes(golden, name + ".prompt_codes", prompt.Codes);
            Tensor latent = parts.Vae.EncodeSample(
                tensor([.. prompt.Audio.SelectMany(c => c)], [1, 2, prompt.Audio[0].Length]), new NamedNoise(seed + ".noise.vae"));
            golden.Check(name + ".prompt_latent", latent);
            windowNoise = [seed + ".noise.vae", .. windowNoise];
        }
        var settings = new SoundSettings
        {
            WindowSeconds = (double)entry["duration"]!,
            Flow = new((int)entry["steps"]!),
            Chunk = (bool?)entry["chunked"] == true ? (int)entry["chunk_size"]! : null,
        };
        SoundDecoding decoding = new SoundDecoder(parts.Flow, parts.Quantizers, parts.Vae)
            .Start(codes, settings, new NamedNoise(windowNoise), prompt);
        List<float>[] sound = [[], []];
        int window = 0;
        for (; decoding.Next() is float[][] block; window++)
        {
            golden.Check($"{name}.latent_w{window}",
                tensor(decoding.Latents.ToArray(), [1, parts.Flow.Config.LatentWidth, decoding.Latents.Length / parts.Flow.Config.LatentWidth]));
            for (int c = 0; c < 2; c++)
                sound[c].AddRange(block[c]);
        }
        Assert.Equal((int)entry["windows"]!, window);
        CheckSound(golden, name, sound, (int)entry["wav_stride"]!);
        CheckRamp(golden, name + ".fade_in_ends", settings.WindowSeconds, parts.Vae.Config);
    }

    private static void CheckSound(CodecGolden golden, string name, List<float>[] sound, int stride)
    {
        int length = sound[0].Count;
        Tensor all = tensor([.. sound.SelectMany(c => c)], [2, length]);
        golden.Check(name + ".wav_len", tensor(new long[] { length }));
        golden.Check(name + ".wav_every", all.slice(1, 0, length, stride));
        golden.Check(name + ".wav_tail", all.narrow(1, length - 40, 40));
        golden.Check(name + ".wav_sumsq", all.to(float64).square().sum(1));
    }

    /// <summary>The first and last four shares of the new window in a fade.</summary>
    private static void CheckRamp(CodecGolden golden, string name, double windowSeconds, VaeConfig vae)
    {
        int overlap = WindowPlan.Create(1, windowSeconds, vae.SampleRate / vae.Ratio).Overlap * vae.Ratio;
        int[] samples = [0, 1, 2, 3, overlap - 4, overlap - 3, overlap - 2, overlap - 1];
        golden.Check(name, tensor([.. samples.Select(i => Crossfade.Ramp(i, overlap))], float64));
    }

    private static void CheckCodes(CodecGolden golden, string name, IReadOnlyList<int[]> codes)
    {
        for (int i = 0; i < codes.Count; i++)
            golden.Check(name + i, tensor([.. codes[i].Select(code => (long)code)], [1, 1, codes[i].Length]));
    }

    private static int[] Integers(long[] values) => [.. values.Select(value => (int)value)];

    /// <summary>A whole small codec of one layout.</summary>
    private sealed class SoundFixture : IDisposable
    {
        private readonly ParameterSet codec, vae;
        private readonly CodecEncoder encoder;

        public SoundFixture(CodecGolden golden, string layout)
        {
            JsonObject model = golden.Json("model"), taps = golden.Json("layers");
            var builder = new ParameterBuilder(new CodecSource(golden.WeightPrefix));
            CodecSizes sizes = FlowFixture.Sizes(model, layout) with
            {
                Streams = layout == FlowFixture.DualTrack
                    ? CodecLayout.DualTrack((int)taps["vocal"]!, (int)taps["bgm"]!)
                    : CodecLayout.Mixed((int)taps["mixed"]!),
                HasEncoder = true,
                MusicFm = MusicFmTests.ReadConfig(model["musicfm"]!),
            };
            var tensors = new CodecTensors(sizes);
            Flow = new(builder, tensors.Flow!, sizes.Estimator);
            CodebookSize = sizes.CodebookSize;
            Quantizers = [.. tensors.Quantizers.Select(row => new ResidualVectorQuantizer(builder, row))];
            var musicFm = new MusicFmEncoder(builder, tensors.MusicFm!, sizes.MusicFm);
            codec = builder.Build(layout);
            vae = VaeFixture.Build(golden.WeightPrefix, golden.Config["vae"]!.AsObject(), out OobleckVae sound);
            Vae = sound;
            encoder = new(musicFm, [.. sizes.Streams.Zip(Quantizers,
                (stream, row) => new EncoderStream(stream.Tap, row.Quantizers[0]))]);
        }

        public FlowMatchingDecoder Flow { get; }

        public ResidualVectorQuantizer[] Quantizers { get; }

        public OobleckVae Vae { get; }

        public int CodebookSize { get; }

        public SoundPrompt Prompt(string seed, int samples)
        {
            float[][] voice = GoldenInputs.Wave(seed + ".pv", samples, 2, 0.7);
            if (Quantizers.Length == 1)
                return new(voice, encoder.Encode([voice]));
            float[][] band = GoldenInputs.Wave(seed + ".pb", samples, 2, 0.9);
            float[][] both = [.. voice.Zip(band, (v, b) => v.Zip(b, (x, y) => x + y).ToArray())];
            return new(both, encoder.Encode([voice, band]));
        }

        public void Dispose()
        {
            codec.Dispose();
            vae.Dispose();
        }
    }
}
