using LeVo.Cluster.Work;
using LeVo.ClusterProbe;

namespace LeVo.Cluster.Tests.Nats;

/// <summary>Workers that are killed, stopped, paused and slow.</summary>
public sealed class NatsWorkerTests : NatsWorkers
{
    [Fact]
    public async Task TheItemOfAKilledWorkerIsDoneByAnother()
    {
        WorkItem[] items = [FileWork.Item("held", "hold"), .. Texts(5)];
        await AddAsync(items);
        Child killed = Start();
        await killed.LineAsync(line => line == "started held 1");
        killed.Send(Child.Signal.Kill);
        Child other = Start();
        Assert.Equal(0, await other.ExitAsync());
        Assert.Contains("wrote held 2", other.Lines);
        await AssertDoneAsync(items);
    }

    [Fact]
    public async Task APausedWorkerLeavesItsItemToAnother()
    {
        WorkItem held = FileWork.Item("held", "hold");
        await AddAsync([held]);
        Child paused = Start();
        await paused.LineAsync(line => line == "started held 1");
        paused.Send(Child.Signal.Stop);
        Child other = Start();
        Assert.Equal(0, await other.ExitAsync());
        Assert.Contains("wrote held 2", other.Lines);
        paused.Send(Child.Signal.Continue);
        Assert.Equal(0, await paused.ExitAsync());
        Assert.DoesNotContain("wrote held 1", paused.Lines);
        await AssertDoneAsync([held]);
    }

    [Fact]
    public async Task WorkMayTakeLongerThanTheLease()
    {
        WorkItem item = FileWork.Item("long", "5000");
        await AddAsync([item]);
        Child first = Start(lease: 2_000), second = Start(lease: 2_000);
        int[] codes = await Task.WhenAll(first.ExitAsync(), second.ExitAsync());
        Assert.Equal([0, 0], codes);
        Assert.Single(first.Lines.Concat(second.Lines), line => line.StartsWith("started", StringComparison.Ordinal));
        await AssertDoneAsync([item]);
    }

    [Fact]
    public async Task AWorkerThatIsToldToEndHandsItsItemBack()
    {
        WorkItem held = FileWork.Item("held", "hold");
        await AddAsync([held]);
        Child ended = Start(lease: Endless);
        await ended.LineAsync(line => line == "started held 1");
        ended.Send(Child.Signal.Terminate);
        Assert.Equal(130, await ended.ExitAsync());
        Child other = Start(lease: Endless);
        Assert.Equal(0, await other.ExitAsync());
        Assert.Contains("wrote held 2", other.Lines);
        await AssertDoneAsync([held]);
    }
}
