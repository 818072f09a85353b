using LeVo.Alignment.Policy;
using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Testing;

namespace LeVo.Alignment.Tests.Policy;

public sealed class TrainingMemoryTests
{
    /// <summary>v2-medium; the defaults of the config are its sizes.</summary>
    private static readonly LeLmConfig Medium = new();

    private static readonly LeLmConfig Large =
        new() { Width = 2048, FeedForwardWidth = 11_008, Heads = 16, MixedLayers = 36 };

    [Fact]
    public void TheReleasedSizesHaveTheirNumberOfParameters()
    {
        // What the files hold, less the tables that the model does not use (two token tables and a head of classes x
        // width, the first track table, the final norm's two vectors).
        Assert.Equal(2_829_586_944 - Unused(Medium), Of(Medium, LeLmStage.Joint, new()).Parameters);
        Assert.Equal(5_122_332_672 - Unused(Large), Of(Large, LeLmStage.Joint, new()).Parameters);

        static long Unused(LeLmConfig c) => (3L * c.Classes + c.InputRows + 2) * c.Width;
    }

    [Fact]
    public void StagesAddUpAndModesCostWhatTheyMust()
    {
        TrainingMemory joint = Of(Medium, LeLmStage.Joint, new()), mixed = Of(Medium, LeLmStage.Mixed, new());
        TrainingMemory tracks = Of(Medium, LeLmStage.Tracks, new());
        Assert.Equal(joint.Trained, mixed.Trained + tracks.Trained);
        Assert.Equal(joint.Parameters, joint.Trained);
        Assert.Equal(16 * joint.Parameters, joint.Weights + joint.Gradients + joint.Optimizer);
        TrainingMemory half = Of(Medium, LeLmStage.Joint, new() { Precision = ModelPrecision.BFloat16 });
        Assert.Equal(16 * half.Parameters, half.Weights + half.Gradients + half.Optimizer);
        TrainingMemory lora = Of(Medium, LeLmStage.Joint, new() { Precision = ModelPrecision.BFloat16, Lora = new() });
        Assert.True(lora.Trained < half.Parameters / 50);
        Assert.True(Of(Medium, LeLmStage.Joint, new() { CheckpointActivations = true })
            .Activations < joint.Activations / 4);
    }

    [Fact]
    public void GradientsOfEarlierBatchesAreThereFromTheBeginning()
    {
        TrainingMemory one = TrainingMemory.Estimate(Medium, LeLmStage.Joint, Half, 2, 3000);
        TrainingMemory several = TrainingMemory.Estimate(Medium, LeLmStage.Joint, Half, 2, 3000, accumulates: true);
        Assert.Equal((one.Weights, one.Gradients, one.Optimizer), (several.Weights, several.Gradients, several.Optimizer));
        // Then the activations of a batch come on top of them.
        Assert.InRange(several.Activations - one.Activations, 1_000_000_000, 10_000_000_000);
    }

    [Fact]
    public void KeptActivationsAreReleasedWhileGradientsAreComputed()
    {
        TrainingMemory full = Of(Medium, LeLmStage.Joint, new()), lora = Of(Medium, LeLmStage.Joint, new() { Lora = new() });
        // LoRA stores less for the norms; its gradients are small.
        Assert.InRange(lora.Activations, full.Activations, full.Activations + full.Gradients);
    }

    [Fact]
    public void TheTableOfTheDocumentationIsComputed()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "fine-tuning.md"));
        var setups = new (string Name, LeLmStage Stage, TrainingSetup Setup)[]
        {
            ("full, float32", LeLmStage.Joint, new() { CheckpointActivations = true }),
            ("full, bfloat16 with masters", LeLmStage.Joint, Half),
            ("language model alone, bfloat16 with masters", LeLmStage.Mixed, Half),
            ("AR decoder alone, bfloat16 with masters", LeLmStage.Tracks, Half),
            ("LoRA of rank 16, bfloat16", LeLmStage.Joint, Half with { Lora = new() }),
            ("LoRA of rank 16, bfloat16, activations kept", LeLmStage.Joint,
                Half with { Lora = new(), CheckpointActivations = false }),
        };
        string[] rows = [.. setups.Select(one =>
            $"| {one.Name} | {Row(Medium, one.Stage, one.Setup)} | {Row(Large, one.Stage, one.Setup)} |")];
        Assert.All(rows, row => Assert.True(text.Contains(row, StringComparison.Ordinal), string.Join('\n', rows)));
    }

    private static TrainingSetup Half => new() { Precision = ModelPrecision.BFloat16, CheckpointActivations = true };

    private static string Row(LeLmConfig config, LeLmStage stage, TrainingSetup setup)
    {
        TrainingMemory memory = TrainingMemory.Estimate(config, stage, setup, songs: 1, frames: 3000);
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{(memory.Total - memory.Activations) / 1e9:0.0} + {memory.Activations / 1e9:0.0}");
    }

    private static TrainingMemory Of(LeLmConfig config, LeLmStage stage, TrainingSetup setup)
    {
        LeVoRuntime.EnsureTorch();
        return TrainingMemory.Estimate(config, stage, setup, 1, 1000);
    }
}
