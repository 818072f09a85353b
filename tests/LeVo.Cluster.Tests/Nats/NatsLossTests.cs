using LeVo.Cluster.Work;
using LeVo.ClusterProbe;

namespace LeVo.Cluster.Tests.Nats;

/// <summary>Servers that are killed and lose what they had, work that is submitted twice, and work that kills its worker.</summary>
public sealed class NatsLossTests : NatsWorkers
{
    [Fact]
    public async Task TheServerIsKilledAndStartedAgain()
    {
        WorkItem[] items = [.. Texts(20, "20")];
        await AddAsync(items);
        Child worker = Start();
        await worker.LineAsync(line => line.StartsWith("wrote", StringComparison.Ordinal));
        await Server.RestartAsync();
        Assert.Equal(0, await worker.ExitAsync());
        await AssertDoneAsync(items);
    }

    [Fact]
    public async Task WorkThatIsSubmittedAgainIsNotDoneAgain()
    {
        WorkItem[] items = [.. Texts(6)];
        await AddAsync(items);
        foreach (WorkItem item in items)
            Assert.False(await Queue.AddAsync(item, Token));
        Assert.Equal(0, await Start().ExitAsync());
        await Server.RestartAsync();
        foreach (WorkItem item in items)
            await AddAgainAsync(item);
        Child second = Start();
        Assert.Equal(0, await second.ExitAsync());
        Assert.DoesNotContain(second.Lines, line => line.StartsWith("wrote", StringComparison.Ordinal));
        await AssertDoneAsync(items);
    }

    [Fact]
    public async Task AnItemThatKillsItsWorkerEndsAsADeadLetter()
    {
        WorkItem[] good = [.. Texts(3)];
        WorkItem poison = FileWork.Item("poison", "kill");
        await AddAsync([poison, .. good]);
        int starts = 0;
        while (await Start(mostAttempts: 2).ExitAsync() != 0)
            Assert.True(++starts < 6);
        Assert.Equal(2, starts);
        await AssertDoneAsync(good);
        var rejected = new List<RejectedWork>();
        await foreach (RejectedWork one in Queue.ReadRejectedAsync(FileWork.KindName, Token))
            rejected.Add(one);
        Assert.Equal(poison, Assert.Single(rejected).Work);
        Assert.Contains("delivered 2 times", rejected[0].Reason);
    }

    [Fact]
    public async Task AfterTheLossOfTheQueueOnlyTheRestIsDone()
    {
        WorkItem[] items = [.. Texts(6)];
        await AddAsync(items[..3]);
        Assert.Equal(0, await Start().ExitAsync());
        await Server.RestartAsync(withEmptyStore: true);
        foreach (WorkItem item in items)
            await AddAgainAsync(item);
        Child second = Start();
        Assert.Equal(0, await second.ExitAsync());
        Assert.Equal(3, second.Lines.Count(line => line.StartsWith("wrote", StringComparison.Ordinal)));
        await AssertDoneAsync(items);
    }
}
