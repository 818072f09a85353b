using System.Text.Json;
using LeVo.Codec.Loading;
using LeVo.Codec.MusicFm;
using LeVo.Codec.Quantization;
using LeVo.Core.Listings;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Encoding;

/// <summary>The encoder's parameters have the names and shapes of the released files, unused ones included.</summary>
public sealed class EncoderKeysTests
{
    private static readonly string[] Prefixes = ["bestrq.", "rvq_", "rsq", "rsp"];

    public static TheoryData<string> Goldens =>
        [.. Golden.Files.Where(path => Path.GetFileName(path) is "dual_track.json" or "mixed_encoder_only.json"
            or "mixed_with_decoder.json")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Goldens))]
    [Trait("Category", "Golden")]
    public void NamesAndShapesMatchTheListing(string path)
    {
        LeVoRuntime.EnsureTorch();
        bool dual = Path.GetFileName(path) == "dual_track.json";
        var builder = new ParameterBuilder(new ListingTensorSource());
        _ = new MusicFmEncoder(builder.Root.Sub("bestrq").Sub("model"), new(), dual ? 7 : 6);
        foreach (string name in dual ? (string[])["rvq_bestrq_emb", "rvq_bestrq_bgm_emb"] : ["rvq_bestrq_emb"])
            _ = new ResidualVectorQuantizer(builder.Root.Sub(name), 1024, 16_384, 32);
        CodecModel.DeclareResamplers(builder.Root);
        using ParameterSet parameters = builder.Build("listing");

        var listing = JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllText(Golden.Full(path)))!;
        string[] expected = [.. listing
            .Where(pair => Array.Exists(Prefixes, prefix => pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal)];
        Assert.Equal(expected, builder.Declared.Select(d => Line(d.Name, d.Shape)).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(builder.Declared,
            d => d.IsUsed && d.Name.Contains("layers.7.", StringComparison.Ordinal));
    }

    [Fact]
    public void StoredBuffersWinOverComputedOnes()
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new OnesSource());
        var spectrogram = new MelSpectrogram(builder.Root, 8);
        using ParameterSet parameters = builder.Build("spectrogram");
        Assert.Equal(1, spectrogram.FilterBank.min().item<float>());
        Assert.Equal(1, spectrogram.Hann.min().item<float>());
    }

    private static string Line(string name, long[] shape) => $"{name} [{string.Join(", ", shape)}]";

    private sealed class OnesSource : ITensorSource
    {
        public Tensor Find(string name, long[] shape, TensorInit init) => ones(shape);
    }
}
