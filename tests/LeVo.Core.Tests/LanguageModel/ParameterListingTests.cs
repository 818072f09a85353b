using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;

namespace LeVo.Core.Tests.LanguageModel;

/// <summary>Every name and shape of the released checkpoints, listed without memory.</summary>
public sealed class ParameterListingTests
{
    private static readonly LeLmConfig V2Medium = new();

    private static readonly LeLmConfig V2Large = V2Medium with
    {
        Width = 2048,
        FeedForwardWidth = 11008,
        Heads = 16,
        MixedLayers = 36,
    };

    private const int FirstVocabulary = 151_646;

    [Theory]
    [InlineData("base", 2_829_577_728)]
    [InlineData("large", 5_122_320_384)]
    [InlineData("v2-large", 5_122_332_672)]
    [InlineData("v2-medium", 2_829_586_944)]
    public void NamesShapesAndCountsAreThoseOfTheRelease(string model, long count)
    {
        LeLmConfig config = model switch
        {
            "base" => V2Medium with { DescriptionVocabulary = FirstVocabulary, MixedRopeTheta = 100_000 },
            "large" => V2Large with { DescriptionVocabulary = FirstVocabulary },
            "v2-large" => V2Large,
            _ => V2Medium,
        };
        var tensors = new LeLmTensors(config);
        TensorInfo[] all = [.. tensors.All];

        string[] listed = [.. all.Select(one => Line(one.Name, one.Shape)).Order(StringComparer.Ordinal)];
        Assert.Equal(Table(config).Order(StringComparer.Ordinal), listed);
        Assert.Equal(count, all.Sum(one => one.Count));
        string[] unused = [.. all.Where(one => one.Use == TensorUse.Unused).Select(one => one.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "layer2_emb.0.weight", "out_norm.bias", "out_norm.weight", "transformer.model.embed_tokens.weight",
                "transformer2.lm_head.weight", "transformer2.model.embed_tokens.weight",
            ],
            unused);
    }

    /// <summary>The checkpoint's table of keys, written out from the format's description.</summary>
    private static IEnumerable<string> Table(LeLmConfig config)
    {
        long width = config.Width, inner = config.FeedForwardWidth, rows = config.CodeSize + 2, classes = config.CodeSize + 1;
        yield return Line("emb.0.weight", rows, width);
        for (int k = 0; k < 3; k++)
        {
            yield return Line($"layer2_emb.{k}.weight", rows, width);
            yield return Line($"condition_provider.conditioners.prompt_audio.emb.{k}.weight", rows, width);
        }
        foreach ((string stack, int layers) in ((string, int)[])[("transformer", config.MixedLayers), ("transformer2", config.TrackLayers)])
        {
            for (int i = 0; i < layers; i++)
            {
                string layer = $"{stack}.model.layers.{i}";
                foreach (string projection in (string[])["q", "k", "v", "o"])
                    yield return Line($"{layer}.self_attn.{projection}_proj.weight", width, width);
                yield return Line($"{layer}.mlp.gate_proj.weight", inner, width);
                yield return Line($"{layer}.mlp.up_proj.weight", inner, width);
                yield return Line($"{layer}.mlp.down_proj.weight", width, inner);
                yield return Line($"{layer}.input_layernorm.weight", width);
                yield return Line($"{layer}.post_attention_layernorm.weight", width);
            }
            yield return Line($"{stack}.model.norm.weight", width);
            yield return Line($"{stack}.lm_head.weight", classes, width);
            yield return Line($"{stack}.model.embed_tokens.weight", classes, width);
        }
        yield return Line("mlp.0.weight", width, 2 * width);
        yield return Line("mlp.0.bias", width);
        yield return Line("mlp.2.weight", width, width);
        yield return Line("mlp.2.bias", width);
        yield return Line("linears.0.weight", classes, width);
        yield return Line("linears.1.weight", classes, width);
        yield return Line("out_norm.weight", width);
        yield return Line("out_norm.bias", width);
        const string Conditioners = "condition_provider.conditioners";
        yield return Line($"{Conditioners}.description.output_proj.weight", 151_659, width);
        yield return Line($"{Conditioners}.description.structure_emb.weight", 200, width);
        yield return Line($"{Conditioners}.type_info.output_proj.weight", config.DescriptionVocabulary, width);
        yield return Line($"{Conditioners}.prompt_audio.EOT_emb", 1, width);
        yield return Line($"{Conditioners}.prompt_audio.layer2_EOT_emb", 1, width);
    }

    private static string Line(string name, params long[] shape) => $"{name} [{string.Join(", ", shape)}]";
}
