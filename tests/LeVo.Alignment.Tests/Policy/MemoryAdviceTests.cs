using LeVo.Alignment.Policy;
using LeVo.Core;
using LeVo.Core.Model;
using LeVo.Core.Runtime;

namespace LeVo.Alignment.Tests.Policy;

public sealed class MemoryAdviceTests
{
    /// <summary>v2-medium with two songs of a minute.</summary>
    private static MemoryAdvice Full { get; } = new(new LeLmConfig(), LeLmStage.Joint, new(), Songs: 2, Frames: 1500);

    public MemoryAdviceTests() => LeVoRuntime.EnsureTorch();

    [Fact]
    public void ARunThatDoesNotFitIsRefusedWithTheSettingsThatNeedLess()
    {
        var error = Assert.Throws<LeVoOutOfMemoryException>(() => Full.Require(24_000_000_000));
        Assert.Equal(TrainingMemory.Estimate(Full.Config, Full.Stage, Full.Setup, 2, 1500).Total, error.NeededBytes);
        Assert.InRange(error.FreeBytes ?? 0, 1, 24_000_000_000);
        // All weights need 16 bytes a parameter in either precision, and more than the activations of any batch.
        InThisOrder(error.Message, "CheckpointActivations", "Lora");
        Assert.DoesNotContain("BatchSize", error.Message, StringComparison.Ordinal);
        Assert.Contains("songs of up to 60 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("continues from its checkpoint", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SettingsCountWithThoseBeforeThem() =>
        InThisOrder((Full with { Setup = new() { Lora = new() } }).Help(), "CheckpointActivations", "BatchSize of 1", "BFloat16");

    [Fact]
    public void ARunThatFitsIsNotRefused() => Full.Require(1_000_000_000_000);

    [Fact]
    public void AnotherDevicesMemoryIsNotTheMachines() => (Full with { Setup = new() { Device = "cuda" } }).Require(1);

    [Fact]
    public void OnlySettingsThatCanBeChangedAreNamed()
    {
        MemoryAdvice least = Full with
        {
            Setup = new() { Precision = ModelPrecision.BFloat16, CheckpointActivations = true, Lora = new() },
            FewestSongs = 2,
        };
        Assert.Contains("No setting needs less", least.Help(), StringComparison.Ordinal);
    }

    private static void InThisOrder(string message, params string[] settings)
    {
        int[] places = [.. settings.Select(setting => message.IndexOf(setting, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }
}
