using LeVo.Core.Runtime;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Faults;

/// <summary>Damaged files of every kind; <c>LEVO_FUZZ_INPUTS</c> and <c>LEVO_FUZZ_SEED</c> ask for more and for others.</summary>
public sealed class FuzzTests : IDisposable
{
    private static readonly int Inputs = LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000);
    private static readonly int Seed = LongChecks.Count("LEVO_FUZZ_SEED", 1);
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Names
    {
        get
        {
            using var folder = new TemporaryFolder();
            return [.. Targets(folder).Select(target => target.Name)];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void OnlyDocumentedExceptions(string name)
    {
        FuzzTarget target = Targets(folder).Single(target => target.Name == name);
        int inputs = Inputs * target.Share / 1000;
        int accepted = Fuzzer.Run(target, inputs, Seed);
        // Where everything is refused, or nothing, the damage reaches too little.
        Assert.InRange(accepted, 1, inputs - 1);
        Assert.True(target.Seeds.Count > 0);
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<FuzzTarget> Targets(TemporaryFolder folder)
    {
        LeVoRuntime.EnsureTorch();
        return [.. CheckpointTargets.All(folder), .. SoundTargets.All(folder), .. TextTargets.All(folder),
            .. PromptTargets.All(folder)];
    }
}
