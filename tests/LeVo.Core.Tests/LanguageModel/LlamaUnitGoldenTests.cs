using System.Text.Json;
using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.LanguageModel;

/// <summary>Rotary tables, norm, one decoder layer, bridge and activations against the reference's numbers.</summary>
[Trait("Category", "Golden")]
public sealed class LlamaUnitGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Named("llama_units");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void UnitsAgree(string relative)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        string[] groups = [.. golden.Names.Select(name => name[..name.LastIndexOf('.')]).Distinct()];
        foreach (string group in groups)
        {
            if (group.StartsWith("rope", StringComparison.Ordinal))
                Rope(golden, group);
            else if (group.StartsWith("layer", StringComparison.Ordinal))
                Layer(golden, group);
        }
        Tensor x = golden.Read("rmsnorm.x");
        var norm = new RmsNorm(Weights(golden),
            new TensorListing().Root.Sub("norm").Add("weight", [x.size(-1)], TensorInit.Ones));
        golden.Compare("rmsnorm.y", norm.Forward(x), 0, 1e-5);
        Tensor joined = golden.Read("bridge.x");
        var bridge = new Bridge(Weights(golden), new(new TensorListing().Root.Sub("mlp"), joined.size(-1) / 2));
        golden.Compare("bridge.y", bridge.Forward(joined.narrow(-1, 0, joined.size(-1) / 2),
            joined.narrow(-1, joined.size(-1) / 2, joined.size(-1) / 2)), 1e-5);
        golden.Compare("gelu.y", nn.functional.gelu(golden.Read("gelu.x")), 1e-5);
        golden.Compare("silu.y", nn.functional.silu(golden.Read("gelu.x")), 1e-5);
        golden.Complete();
    }

    private static void Rope(GoldenTensors golden, string group)
    {
        JsonElement about = JsonDocument.Parse(golden.Metadata[group]).RootElement;
        using var rotary = new Rotary(about.GetProperty("head_dim").GetInt32(), about.GetProperty("theta").GetSingle());
        Tensor positions = golden.Read(group + ".positions");
        golden.Compare(group + ".inv_freq", tensor(rotary.InverseFrequencies()), 0, 3e-7);
        long longest = positions.max().item<long>();
        RotaryTable table = rotary.Rows(0, longest + 1, CPU, ScalarType.Float32);
        var rows = new RotaryTable(table.Cos.index_select(0, positions), table.Sin.index_select(0, positions));
        golden.Compare(group + ".cos", rows.Cos, 1e-6);
        // The first half of our sines carries the sign of the half-rotation.
        Tensor[] halves = [.. rows.Sin.chunk(2, 1)];
        golden.Compare(group + ".sin", cat([-halves[0], halves[1]], 1), 1e-6);
        golden.Compare(group + ".q_rot", rows.Rotate(golden.Read(group + ".q")), 1e-5);
        golden.Compare(group + ".k_rot", rows.Rotate(golden.Read(group + ".k")), 1e-5);
    }

    private static void Layer(GoldenTensors golden, string group)
    {
        JsonElement about = JsonDocument.Parse(golden.Metadata[group]).RootElement;
        int width = about.GetProperty("dim").GetInt32(), heads = about.GetProperty("heads").GetInt32();
        var config = new LeLmConfig { Width = width, FeedForwardWidth = about.GetProperty("intermediate").GetInt32() };
        var layer = new DecoderLayer(Weights(golden), new(new TensorListing().Root, config), heads);
        using var rotary = new Rotary(width / heads, about.GetProperty("rope_theta").GetSingle());
        Tensor x = golden.Read(group + ".x");
        long batch = x.size(0), count = x.size(1);
        var step = new StackStep(rotary.Rows(0, count, CPU, ScalarType.Float32), 0, null);

        (Tensor query, Tensor key, Tensor value) = layer.Attention.Project(x, step.Rotary);
        golden.Compare(group + ".cache_k", key, 1e-5);
        golden.Compare(group + ".cache_v", value, 1e-5);
        // Attention over unit vectors yields its probabilities.
        Tensor units = eye(count).expand(batch, heads, count, count);
        golden.Compare(group + ".attn_probs", SelfAttention.Attend(query, key, units, null), 1e-5);
        golden.Compare(group + ".attn_out", layer.Attention.Forward(x, step, null), 1e-5);
        golden.Compare(group + ".mlp_out", layer.FeedForward.Forward(x), 1e-5);
        golden.Compare(group + ".out", layer.Forward(x, step, null), 1e-5);
    }

    private static ParameterBuilder Weights(GoldenTensors golden) =>
        new(new NameSeededSource(golden.Metadata["weight_prefix"]));
}
