using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.LanguageModel;

/// <summary>Training from scratch starts from the reference's distributions.</summary>
public sealed class InitialValueTests
{
    private static readonly LeLmConfig Config = SeededLeLm.Tiny with
    {
        Width = 96,
        FeedForwardWidth = 128,
        CodeSize = 200,
        PromptCodeSize = 200,
        LyricsVocabulary = 300,
    };

    [Theory]
    [InlineData("transformer.model.layers.0.self_attn.q_proj.weight", 0.02, 10)]
    [InlineData("transformer2.model.layers.1.mlp.down_proj.weight", 0.02, 10)]
    [InlineData("transformer.model.norm.weight", 0, 1)]
    [InlineData("emb.0.weight", 0.1020, 0.3062)]
    [InlineData("transformer.lm_head.weight", 0.0589, 0.1021)]
    [InlineData("linears.1.weight", 0.0589, 0.1021)]
    [InlineData("mlp.0.weight", 0.0417, 0.0722)]
    [InlineData("layer2_emb.2.weight", 1, 10)]
    [InlineData("condition_provider.conditioners.description.output_proj.weight", 1, 10)]
    [InlineData("condition_provider.conditioners.prompt_audio.EOT_emb", 1, 10)]
    public void SpreadAndBoundsAreThoseOfTheReference(string name, double deviation, double bound)
    {
        using ParameterSet parameters = Fresh();
        using var scope = NewDisposeScope();
        Tensor values = parameters[name];
        Assert.InRange(values.std().item<float>(), deviation * 0.85, deviation * 1.15);
        Assert.InRange(values.abs().max().item<float>(), 0, bound);
    }

    [Fact]
    public void PaddingRowsStartAtZero()
    {
        using ParameterSet parameters = Fresh();
        using var scope = NewDisposeScope();
        const string Conditioners = "condition_provider.conditioners.";
        Assert.Equal(0, Row(parameters, Conditioners + "description.output_proj.weight", Config.TextPadId));
        Assert.Equal(0, Row(parameters, Conditioners + "description.structure_emb.weight", 0));
        Assert.Equal(0, Row(parameters, Conditioners + "type_info.output_proj.weight", Config.TextPadId));
        Assert.Equal(0, Row(parameters, Conditioners + "prompt_audio.emb.1.weight", Config.PromptCodeSize + 1));
        Assert.NotEqual(0, Row(parameters, "layer2_emb.1.weight", 0));
    }

    private static float Row(ParameterSet parameters, string name, long row) => parameters[name][row].abs().sum().item<float>();

    private static ParameterSet Fresh()
    {
        LeVoRuntime.EnsureTorch();
        var builder = new ParameterBuilder(new RandomTensorSource(5));
        using var lelm = new LeLm(builder, new LeLmTensors(Config), Config);
        return builder.Build("a fresh LeLM");
    }
}
