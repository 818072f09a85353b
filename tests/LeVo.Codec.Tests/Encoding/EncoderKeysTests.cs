using System.Text.Json;
using LeVo.Codec.Model;
using LeVo.Codec.MusicFm;
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
        CodecSizes sizes = Path.GetFileName(path) == "dual_track.json" ? CodecSizes.DualTrack : CodecSizes.Mixed;
        var listing = JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllText(Golden.Full(path)))!;
        IReadOnlyList<TensorInfo> ours = new CodecTensors(sizes).All;
        Assert.Equal(OfEncoder(listing.Select(pair => (pair.Key, pair.Value))), OfEncoder(ours.Select(t => (t.Name, t.Shape))));
        Assert.DoesNotContain(ours,
            t => t.Use != TensorUse.Unused && t.Name.Contains("layers.7.", StringComparison.Ordinal));
    }

    [Fact]
    public void StoredBuffersWinOverComputedOnes()
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new OnesSource());
        var spectrogram = new MelSpectrogram(builder, new(new TensorListing().Root, 8));
        using ParameterSet parameters = builder.Build("spectrogram");
        Assert.Equal(1, spectrogram.FilterBank.min().item<float>());
        Assert.Equal(1, spectrogram.Hann.min().item<float>());
    }

    private static IEnumerable<string> OfEncoder(IEnumerable<(string Name, long[] Shape)> tensors) => tensors
        .Where(t => Array.Exists(Prefixes, prefix => t.Name.StartsWith(prefix, StringComparison.Ordinal)))
        .Select(t => $"{t.Name} [{string.Join(", ", t.Shape)}]").Order(StringComparer.Ordinal);

    private sealed class OnesSource : ITensorSource
    {
        public Tensor Find(TensorInfo tensor) => ones(tensor.Shape);
    }
}
