using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Core.Tests.LanguageModel;

/// <summary>Whole forward passes against the reference's numbers: bare, with given conditions, and from texts.</summary>
[Trait("Category", "Golden")]
public sealed class LeLmForwardGoldenTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Files => GoldenFiles.Named("forward");

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void ForwardAgrees(string relative)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        LeLmConfig config = GoldenLeLm.Config(golden.Metadata["config"], golden.Metadata["version"]);
        using var seeded = new SeededLeLm(config, golden.Metadata["weight_prefix"]);

        Compare(golden, "nocond", seeded.Model.Forward(golden.Read("nocond.sequence")));
        ConditionPrefix given = seeded.Model.Conditions.Join(
            Given(golden, ConditionNames.Lyrics), Given(golden, ConditionNames.Description), Given(golden, ConditionNames.Prompt));
        Compare(golden, "cond", seeded.Model.Forward(golden.Read("cond.sequence"), given));
        FromTexts(golden, seeded, GoldenLeLm.Preparer(relative, config));
        golden.Complete();
    }

    private static void FromTexts(GoldenTensors golden, SeededLeLm seeded, ConditionPreparer preparer)
    {
        SongCondition song = GoldenLeLm.Conditions(golden.Metadata["text_inputs"], golden.Read("text.prompt")[0]);
        ConditionPrefix prefix = seeded.Model.Conditions.Embed([preparer.Prepare(song), preparer.Prepare(song.ToAbsent())]);
        Tensor columns = golden.Read("text.sequence");
        LeLmOutput output = seeded.Model.Forward(columns.expand(2, -1, -1), prefix);
        golden.Compare("text.logits", output.Logits, Tolerance);
    }

    private static ConditionPrefix Given(GoldenTensors golden, string name) =>
        new(golden.Read($"cond.{name}.1"), golden.Read($"cond.{name}.2"));

    private static void Compare(GoldenTensors golden, string name, LeLmOutput output)
    {
        golden.Compare(name + ".hidden1", output.MixedHidden, Tolerance);
        golden.Compare(name + ".bridge", output.Bridge, Tolerance);
        golden.Compare(name + ".hidden2", output.TrackHidden, Tolerance);
        golden.Compare(name + ".logits", output.Logits, Tolerance);
    }
}
