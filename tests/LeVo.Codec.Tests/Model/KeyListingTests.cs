using System.Text.Json;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Model;

/// <summary>Full-size modules, built without memory, declare exactly the tensors of the released files.</summary>
[Trait("Category", "Golden")]
public sealed class KeyListingTests
{
    private static readonly Dictionary<string, Action<ParameterScope>> Modules = new()
    {
        ["dual_track"] = root => CodecModel.DeclareAll(root, CodecSizes.DualTrack),
        ["mixed_encoder_only"] = root => CodecModel.DeclareAll(root, CodecSizes.Mixed),
        ["mixed_with_decoder"] = root => CodecModel.DeclareAll(root, CodecSizes.Mixed with { HasDecoder = true }),
        ["vae"] = root => _ = new OobleckVae(root, new(), withEncoder: true),
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
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new ListingTensorSource());
        Modules[module](builder.Root);
        using ParameterSet parameters = builder.Build(module);
        string[] ours = [.. builder.Declared.Select(tensor => Line(tensor.Name, tensor.Shape)).Order(StringComparer.Ordinal)];
        string[] listed = [.. JsonSerializer.Deserialize<Dictionary<string, long[]>>(File.ReadAllBytes(Golden.Full(path)))!
            .Select(pair => Line(pair.Key, pair.Value)).Order(StringComparer.Ordinal)];
        Assert.Equal([], listed.Except(ours));
        Assert.Equal([], ours.Except(listed));
        Assert.Equal(listed.Length, ours.Length);
    }

    private static string Line(string name, long[] shape) => $"{name} [{string.Join(", ", shape)}]";
}
