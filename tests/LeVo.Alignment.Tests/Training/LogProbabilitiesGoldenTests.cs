using System.Text.Json;
using LeVo.Alignment.Training;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Testing;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

/// <summary>From raw codes and texts to loss and gradients, against the reference.</summary>
[Trait("Category", "Golden")]
public sealed class LogProbabilitiesGoldenTests
{
    private const double Tolerance = 1e-4, GradientTolerance = 1e-5, GradientRelative = 1e-3;

    public static TheoryData<string> Files => GoldenFiles.Named("logprobs");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void LossAndGradientsAgree(string relative)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        LeLmConfig config = GoldenLeLm.Config(golden.Metadata["config"], golden.Metadata["version"]);
        using var seeded = new SeededLeLm(config, golden.Metadata["weight_prefix"]);
        foreach ((_, Parameter parameter) in seeded.Parameters.Trainable)
            parameter.requires_grad = true;

        int[] lengths = [.. golden.Read("lengths").data<long>().Select(length => (int)length)];
        (Tensor codes, Tensor valid) = EndTokens.Append(golden.Read("raw_codes"), lengths, config.EosId);
        golden.CompareExact("codes", codes);
        golden.CompareExact("valid", valid);
        DelayPattern pattern = config.CreatePattern((int)codes.size(2));
        Tensor sequence = pattern.Build(codes, config.SpecialId);
        golden.CompareExact("sequence", sequence);

        ConditionPreparer preparer = GoldenLeLm.Preparer(relative, config);
        Tensor logits = seeded.Model.Forward(sequence, seeded.Model.Conditions.Embed([.. Conditions(golden).Select(preparer.Prepare)])).Logits;
        golden.Compare("logits", pattern.RevertLogits(logits), Tolerance);
        // Two frames of the batch at a time.
        HeadInput[] inputs =
            [.. Enumerable.Range(0, config.Codebooks).Select(q => new HeadInput(q, logits.select(1, q), part => part.alias()))];
        Tensor each = SequenceLogProbabilities.Compute(
            inputs, 0, codes, pattern, config.SpecialId, rows: 2 * (int)codes.size(0));
        golden.Compare("logp", each, Tolerance);
        golden.Compare("logp_sum", SequenceLogProbabilities.Sum(each), Tolerance);
        Tensor nll = SequenceLogProbabilities.NegativeLogLikelihood(each, codes, config.SpecialId);
        golden.Compare("nll", nll, Tolerance);
        Tensor loss = nll.mean();
        golden.Compare("loss", loss, Tolerance);
        ActivationCheckpoint.Backward(loss);
        Gradients(golden, seeded);
        golden.Complete();
    }

    private static SongCondition[] Conditions(GoldenTensors golden)
    {
        string?[] lyrics = JsonSerializer.Deserialize<string?[]>(golden.Metadata["lyrics"])!;
        string?[] descriptions = JsonSerializer.Deserialize<string?[]>(golden.Metadata["descriptions"])!;
        Tensor prompts = golden.Read("prompt");
        return
        [
            .. lyrics.Select((text, i) => new SongCondition(text, descriptions[i])
            {
                Prompt = GoldenLeLm.Song(prompts[i]),
            }),
        ];
    }

    private static void Gradients(GoldenTensors golden, SeededLeLm seeded)
    {
        using JsonDocument listed = JsonDocument.Parse(golden.Metadata["gradients"]);
        Dictionary<string, Parameter> parameters = seeded.Parameters.All.ToDictionary(StringComparer.Ordinal);
        foreach (JsonProperty one in listed.RootElement.EnumerateObject())
        {
            string name = one.Name, kind = one.Value.GetString()!;
            if (kind == "none")
            {
                Assert.True(!parameters.TryGetValue(name, out Parameter? unused) || unused.grad is null, name);
                continue;
            }
            Tensor gradient = parameters[name].grad ?? throw new Xunit.Sdk.XunitException($"'{name}' got no gradient");
            parameters.Remove(name);
            if (kind == "norm")
            {
                golden.Compare("grad_norm:" + name, gradient.norm(), GradientTolerance, GradientRelative);
                continue;
            }
            if (kind == "rows")
            {
                Tensor rows = golden.Read("grad_rows:" + name);
                // Rows that are not listed got nothing.
                Assert.Equal(0, gradient.index_fill(0, rows, 0).abs().sum().item<float>());
                gradient = gradient.index_select(0, rows);
            }
            else if (kind.StartsWith("first ", StringComparison.Ordinal))
            {
                gradient = gradient.narrow(0, 0, long.Parse(kind.Split(' ')[1]));
            }
            else
            {
                Assert.Equal("full", kind);
            }
            golden.Compare("grad:" + name, gradient, GradientTolerance, GradientRelative);
        }
        Assert.Empty(parameters.Keys);
        Padding(golden, seeded);
    }

    /// <summary>Padding rows get exactly no gradient.</summary>
    private static void Padding(GoldenTensors golden, SeededLeLm seeded)
    {
        using JsonDocument listed = JsonDocument.Parse(golden.Metadata["padding_row_grads"]);
        foreach (JsonProperty one in listed.RootElement.EnumerateObject())
        {
            string[] words = one.Name.Split(" row ");
            Tensor gradient = seeded.Parameters[$"condition_provider.conditioners.{words[0]}.weight"].grad!;
            Assert.Equal(one.Value.GetSingle(), gradient[long.Parse(words[1])].abs().sum().item<float>());
        }
    }
}
