using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.LanguageModel;

/// <summary>
/// LeLM in 16 bits against the reference's float32 numbers: the error of the logits relative to their standard deviation, root
/// mean square.
/// </summary>
[Trait("Category", "Golden")]
public sealed class HalfPrecisionGoldenTests(ITestOutputHelper output)
{
    private const double Float16Bound = 0.005, BFloat16Bound = 0.03;

    public static TheoryData<string, bool> Files
    {
        get
        {
            TheoryData<string, bool> data = [];
            foreach (string path in Golden.Files.Where(path => Path.GetFileNameWithoutExtension(path) == "forward"))
            {
                data.Add(path, true);
                data.Add(path, false);
            }
            return data;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void LogitsAgree(string relative, bool brain)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        ScalarType type = brain ? ScalarType.BFloat16 : ScalarType.Float16;
        LeLmConfig config = GoldenLeLm.Config(golden.Metadata["config"], golden.Metadata["version"]);
        using var seeded = new SeededLeLm(config, golden.Metadata["weight_prefix"], type);
        Compare(golden, "nocond", brain, seeded.Model.Forward(golden.Read("nocond.sequence")));
        ConditionPrefix given = seeded.Model.Conditions.Join(Given(golden, ConditionNames.Lyrics, type),
            Given(golden, ConditionNames.Description, type), Given(golden, ConditionNames.Prompt, type));
        Compare(golden, "cond", brain, seeded.Model.Forward(golden.Read("cond.sequence"), given));
        Compare(golden, "text", brain, seeded.Model.Forward(golden.Read("text.sequence").expand(2, -1, -1),
            FromTexts(golden, relative, seeded)));
    }

    private void Compare(GoldenTensors golden, string name, bool brain, LeLmOutput actual)
    {
        Tensor expected = golden.Read(name + ".logits").to(float64), got = actual.Logits.to(float64);
        double error = (got - expected).square().mean().sqrt().item<double>() / expected.std().item<double>();
        output.WriteLine($"{name}: {(brain ? "bfloat16" : "float16")} {error:p3}");
        Assert.InRange(error, 1e-6, brain ? BFloat16Bound : Float16Bound);
    }

    private static ConditionPrefix FromTexts(GoldenTensors golden, string relative, SeededLeLm seeded)
    {
        var preparer = GoldenLeLm.Preparer(relative, seeded.Config);
        var song = GoldenLeLm.Conditions(golden.Metadata["text_inputs"], golden.Read("text.prompt")[0]);
        return seeded.Model.Conditions.Embed([preparer.Prepare(song), preparer.Prepare(song.ToAbsent())]);
    }

    private static ConditionPrefix Given(GoldenTensors golden, string name, ScalarType type) =>
        new(golden.Read($"cond.{name}.1").to(type), golden.Read($"cond.{name}.2").to(type));
}
