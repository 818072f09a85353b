using System.Text.Json.Nodes;
using LeVo.Codec.Separation;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Separation;

[Trait("Category", "Golden")]
public sealed class SpectrogramGoldenTests
{
    public static TheoryData<string> Files => CodecGolden.Files("01_spec");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void SpectraAndTheirInverse(string path)
    {
        using CodecGolden golden = CodecGolden.Open(path);
        foreach ((int i, JsonNode? entry) in golden.Config["cases"]!.AsArray().Index())
        {
            using var scope = NewDisposeScope();
            int frameLength = (int)entry!["nfft"]!, samples = (int)entry["length"]!;
            string name = $"{golden.Config["wave"]}.{i}";
            var spectrogram = new Spectrogram(frameLength);
            Tensor wave = GoldenInputs.WaveTensor(name, samples, 2, 0.9, 480), spectrum = spectrogram.Forward(wave);
            golden.Check($"{i}.padded", spectrogram.Pad(wave).unsqueeze(0));
            golden.Check($"{i}.spec", spectrum.unsqueeze(0));
            golden.Check($"{i}.roundtrip", spectrogram.Inverse(Parts(spectrum.unsqueeze(0)), samples));
            int sources = frameLength == 4096 ? 1 : 2;
            Tensor noise = GoldenInputs.UnitNoise(name + ".z", sources, 4, frameLength / 2, spectrogram.Frames(samples));
            golden.Check($"{i}.ispec", spectrogram.Inverse(Parts(noise), samples).unsqueeze(0));
        }
        golden.Finish();

        static Tensor Parts(Tensor channels) => channels.unflatten(1, [2, 2]);
    }
}
