using LeVo.Core.Cpu;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Testing;

namespace LeVo.Core.Tests.Cpu;

/// <summary>Each stack runs only where its output is needed, and the song stays the same to the bit.</summary>
public sealed class NeededStacksTests
{
    private const int Frames = 40;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(new[] { 0, 12, 12 }, 0, Frames)]
    [InlineData(new[] { 0, 3, 9 }, 0, Frames)]
    [InlineData(new[] { 0, 12, 5 }, 3, Frames)]
    [InlineData(new[] { 2, 2, 2 }, 0, Frames)]
    [InlineData(new[] { 0, 12, 12 }, 0, 5)]
    [InlineData(new[] { 0, 90, 90 }, 0, 80)]
    public void TheIdsAreThoseOfAllStacksInAllSteps(int[] delays, int flattened, int frames)
    {
        LeLmConfig config = CpuModel.Small with { Delays = delays, FlattenFirst = flattened };
        using CpuEngine engine = CpuModel.Build(config, new() { Threads = 2, MaxRows = 24 });
        for (ulong seed = 1; seed < 4; seed++)
        {
            int[][] all = Generate(engine, new(config, frames, new() { TopK = 9 }, seed) { PicksAll = true });
            int[][] needed = Generate(engine, new(config, frames, new() { TopK = 9 }, seed));
            Assert.Equal(all, needed);
            for (int kept = 1; kept < all[0].Length; kept += 11)
            {
                int[][] beginning = [.. all.Select((row, q) => row[..Math.Max(0, Math.Min(row.Length, kept - delays[q]))])];
                if (flattened == 0)
                    Assert.Equal(all, Generate(engine, new(config, frames, new() { TopK = 9 }, seed, beginning: beginning)));
            }
        }
    }

    [Fact]
    public void StacksWaitAndReadSeveralColumnsAtOnce()
    {
        LeLmConfig config = CpuModel.Small with { Delays = [0, 30, 30] };
        using CpuEngine engine = CpuModel.Build(config, new() { Threads = 2, MaxRows = 24 });
        using var loop = new TokenLoop(
            engine.Start(CpuModel.Preparer(config), CpuModel.Song, Frames + 31),
            new(config, Frames, new() { TopK = 9 }, 1, banned: [config.EosId]), config);
        loop.Step(cancellationToken: Ct);
        (int mixed, int tracks) = engine.Model.Passes;
        while (!loop.Session.Ended)
            loop.Step(cancellationToken: Ct);
        // The tracks' first ids are in column 31: columns 0 to 29 wait, and are read in passes of 12 columns. The last mixed
        // id is in column 40: columns 40 to 69 are announced, and are read in passes of 12 columns, too.
        Assert.Equal(3 + 40, engine.Model.Passes.Tracks - tracks);
        Assert.Equal(39 + 3, engine.Model.Passes.Mixed - mixed);
    }

    private static int[][] Generate(CpuEngine engine, GenerationSession session)
    {
        using var loop = new TokenLoop(
            engine.Start(CpuModel.Preparer(engine.Config), CpuModel.Song, 2 * Frames + 200), session, engine.Config);
        var frame = new int[engine.Config.Codebooks];
        var rows = new List<int>[] { [], [], [] };
        while (!session.Complete)
        {
            if (session.TryTakeFrame(frame))
            {
                for (int q = 0; q < frame.Length; q++)
                    rows[q].Add(frame[q]);
            }
            else if (!session.Complete)
            {
                loop.Step(cancellationToken: Ct);
            }
        }
        return [.. rows.Select(row => row.ToArray())];
    }
}
