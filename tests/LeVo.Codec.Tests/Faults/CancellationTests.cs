using LeVo.Core.Audio;
using LeVo.Core.Generation;

namespace LeVo.Codec.Tests.Faults;

/// <summary>Cancellation in every stage of a song.</summary>
public sealed class CancellationTests(TinyHost host) : IClassFixture<TinyHost>
{
    private static readonly SongRequest Request = TinyHost.Request(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryStageStopsWithoutLeftovers()
    {
        var reports = new Counting();
        float[] whole = TinyHost.SoundOf(await host.Generator.GenerateAsync(Request, reports, Ct));
        long tensors = TinyHost.Tensors;
        Assert.Equal(3, reports.Stages.Distinct().Count());
        // The first and the last report of every stage, and some between.
        int[] moments =
        [
            .. Enumerable.Range(0, reports.Stages.Count).Where(i => i % 7 == 0 || i == reports.Stages.Count - 1
                || reports.Stages[i] != reports.Stages[i + 1] || reports.Stages[i] != reports.Stages[i - 1]),
        ];
        foreach (int moment in moments[..^1]) // after the very last report nothing is left to stop
        {
            using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            GenerationCanceledException cancelled = await Assert.ThrowsAsync<GenerationCanceledException>(
                () => host.Generator.GenerateAsync(Request, new CancellingAt(moment + 1, cancellation), cancellation.Token));
            Assert.Equal(cancellation.Token, cancelled.CancellationToken);
            Assert.Equal(tensors, TinyHost.Tensors);
        }
        Assert.Equal(whole, TinyHost.SoundOf(await host.Generator.GenerateAsync(Request, null, Ct)));
    }

    [Fact]
    public async Task AStreamThatIsAbandonedLeavesNothing()
    {
        await host.Generator.GenerateAsync(Request with { WithStems = false }, null, Ct);
        long tensors = TinyHost.Tensors;
        await foreach (Waveform block in host.Generator.StreamAsync(Request with { WithStems = false }, null, Ct))
        {
            Assert.True(block.Length > 0);
            break;
        }
        Assert.Equal(tensors, TinyHost.Tensors);
    }

    private sealed class Counting : IProgress<GenerationProgress>
    {
        public List<SongStage> Stages { get; } = [];

        public void Report(GenerationProgress value) => Stages.Add(value.Stage);
    }
}
