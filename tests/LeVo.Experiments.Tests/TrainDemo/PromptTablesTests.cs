using LeVo.Alignment.Policy;
using LeVo.Codec.Training;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using LeVo.Experiments.MiniWorld;
using LeVo.Experiments.TrainDemo;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.Tests.TrainDemo;

public sealed class PromptTablesTests : IDisposable
{
    private const string Prompt = "audiolm.condition_provider.conditioners.prompt_audio.emb.";
    private static readonly string Models = Path.Combine(Repository.Root, "models");
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("levo-prompts-");

    public PromptTablesTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void CodesOfAPromptStartAsCodesOfASong()
    {
        string from = Path.Combine(Models, "levo-demo", "model.safetensors"), to = Path.Combine(folder.FullName, "start.safetensors");
        PromptTables.Write(from, to, DemoSizes.LanguageModel);
        using var scope = NewDisposeScope();
        using Checkpoint before = Checkpoint.Open(from), after = Checkpoint.Open(to);
        Assert.Equal(before.Tensors.Keys.Order(), after.Tensors.Keys.Order());
        foreach (string name in before.Tensors.Keys)
        {
            Tensor expected = before.Load(name).to(float32), actual = after.Load(name);
            if (name.StartsWith(Prompt, StringComparison.Ordinal))
            {
                string codes = name == $"{Prompt}0.weight" ? "audiolm.emb.0.weight"
                    : $"audiolm.layer2_emb.{name[Prompt.Length..]}";
                Assert.True(Same(actual[..512], before.Load(codes).to(float32)[..512]), name);
                (expected, actual) = (expected[512..], actual[512..]);
            }
            Assert.True(Same(actual, expected), name);
        }

        static bool Same(Tensor a, Tensor b) => a.eq(b).all().item<bool>();
    }

    /// <summary>The stage that was trained with prompts: it loads, and every codebook's logits depend on the prompt.</summary>
    [Fact]
    public void ThePromptChangesTheLogitsOfTheTrainedStage()
    {
        var model = TrainableModel.Open(Path.Combine(Models, "levo-demo"));
        ConditionPreparer preparer = ConditionPreparer.Load(model.Config, model.TokenizerFolder);
        using var lelm = new TrainedLeLm(model.Config, preparer, LeLmStage.Joint,
            Path.Combine(Models, "stages", "lelm-prompts.safetensors"), new(), seed: 0);
        using var encoder = new SongEncoder(Path.Combine(Models, "levo-demo", "codec", "mixed.safetensors"),
            Path.Combine(Models, "levo-demo", "codec", "dual.safetensors"), DemoSizes.Encoder, DemoSizes.Taps);
        PromptPair pair = PromptPair.Create(1)[0];
        SongCondition none = model.CreateCondition(pair.Song.Lyrics, null);
        SongTokens prompt = SungExcerpt.Encode(encoder, pair.Prompt, model.Config.PromptFrames);
        Assert.Equal(25, prompt.Frames);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor without = Logits(none), with = Logits(none with { Prompt = prompt });
        Tensor other = Logits(none with { Prompt = SungExcerpt.Encode(encoder, pair.Other, model.Config.PromptFrames) });
        Assert.True(without.isfinite().all().item<bool>());
        for (int k = 0; k < model.Config.Codebooks; k++)
        {
            Assert.True(Distance(with, without, k) > 0.1, $"codebook {k}: {Distance(with, without, k)}");
            Assert.True(Distance(with, other, k) > 0.1, $"codebook {k}: {Distance(with, other, k)}");
        }

        Tensor Logits(SongCondition condition) => lelm.Model.Forward(
            full([1, model.Config.Codebooks, 1], model.Config.SpecialId, int64), lelm.Model.Conditions.Embed([preparer.Prepare(condition)])).Logits;

        static double Distance(Tensor a, Tensor b, int codebook) =>
            a.select(1, codebook).sub(b.select(1, codebook)).abs().mean().item<float>();
    }
}
