using System.Text.Json.Nodes;
using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

[Trait("Category", "Golden")]
public sealed class VaeGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("06_vae");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void DecodesAndEncodes(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        foreach ((string name, JsonNode? entry) in golden.Config)
            CheckEntry(golden, name, entry!.AsObject());
        golden.Finish();
    }

    private static void CheckEntry(CodecGolden golden, string name, JsonObject entry)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        VaeConfig config = VaeFixture.Config(entry);
        using ParameterSet parameters = VaeFixture.Build(golden.WeightPrefix + (string?)entry["salt"], entry, out OobleckVae vae);
        string seed = (string)entry["seed"]!;
        int z = config.LatentWidth;
        Tensor latents = GoldenInputs.UnitNoise(seed + ".z", (long)entry["B"]!, z, (long)entry["T"]!);
        golden.Check(name + ".decoded", vae.Decode(latents));
        golden.Check(name + ".decoder_block1", vae.Decoder.Levels(latents, 1));

        Tensor audio = GoldenInputs.WaveTensor(seed + ".wav", (int)entry["n"]!, config.AudioChannels, 1).unsqueeze(0);
        golden.Check(name + ".encoder_out", vae.Encoder!.Forward(audio));
        golden.Check(name + ".encoded_sample", vae.EncodeSample(audio, new NamedNoise(seed + ".eps")));
        int channels = config.Decoder.Channels;
        golden.Check(name + ".snake",
            vae.Decoder.LastActivation.Forward(2 * GoldenInputs.UnitNoise(seed + ".snake", 1, channels, 9)));
        foreach (long frames in entry["chunk_T"]?.AsArray().Select(node => (long)node!) ?? [])
        {
            Tensor longer = GoldenInputs.UnitNoise($"{seed}.zc{frames}", 1, z, frames);
            golden.Check($"{name}.chunked_T{frames}", vae.DecodeChunked(longer));
        }
    }
}
