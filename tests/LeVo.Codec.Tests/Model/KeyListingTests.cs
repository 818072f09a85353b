using System.Text.Json;
using LeVo.Codec.Model;
using LeVo.Core.Listings;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Model;

/// <summary>The listings at full size have exactly the tensors of the released files.</summary>
[Trait("Category", "Golden")]
public sealed class KeyListingTests
{
    private static readonly Dictionary<string, IReadOnlyList<TensorInfo>> Modules = new()
    {
        ["dual_track"] = new CodecTensors(CodecSizes.DualTrack).All,
        ["mixed_encoder_only"] = new CodecTensors(CodecSizes.Mixed).All,
        ["mixed_with_decoder"] = new CodecTensors(CodecSizes.Mixed with { HasDecoder = true }).All,
        ["vae"] = new VaeTensors(new()).All,
        ["htdemucs"] = new DemucsTensors(new()).All,
    };

    public static TheoryData<string, string> Listings
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string path in Golden.Files.Where(path => path.EndsWith(".json", StringComparison.Ordinal)))
            {
                string? module = Modules.Keys.FirstOrDefault(
                    name => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
                if (module is not null)
                    data.Add(path, module);
            }
            return data;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Listings))]
    public void NamesAndShapesAgree(string path, string module)
    {
        string[] ours = [.. Modules[module].Select(tensor => Line(tensor.Name, tensor.Shape)).Order(StringComparer.Ordinal)];
        string[] listed = [.. JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllBytes(Golden.Full(path)))!
            .Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal)];
        Assert.Equal([], listed.Except(ours));
        Assert.Equal([], ours.Except(listed));
        Assert.Equal(listed.Length, ours.Length);
    }

    private static string Line(string name, long[] shape) => $"{name} [{string.Join(", ", shape)}]";
}
