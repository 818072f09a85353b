using System.Globalization;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Work;
using LeVo.ClusterProbe;

namespace LeVo.Cluster.Tests.Nats;

/// <summary>Workers and servers that are killed, stopped and paused: real processes.</summary>
public sealed class NatsWorkerTests : IAsyncLifetime
{
    private const int Short = 1_000, Endless = 3_600_000; // leases in milliseconds

    private readonly TemporaryFolder folder = new();
    private readonly List<Child> workers = [];
    private NatsServer server = null!;
    private NatsWorkQueue queue = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = await NatsServer.StartAsync();
        queue = new(new() { Url = server.Url, Name = "test", Lease = TimeSpan.FromMilliseconds(Short) });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Child worker in workers)
            await worker.DisposeAsync();
        await queue.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

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
    public async Task TheServerIsKilledAndStartedAgain()
    {
        WorkItem[] items = [.. Texts(20, "20")];
        await AddAsync(items);
        Child worker = Start();
        await worker.LineAsync(line => line.StartsWith("wrote", StringComparison.Ordinal));
        await server.RestartAsync();
        Assert.Equal(0, await worker.ExitAsync());
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
    public async Task WorkThatIsSubmittedAgainIsNotDoneAgain()
    {
        WorkItem[] items = [.. Texts(6)];
        await AddAsync(items);
        foreach (WorkItem item in items)
            Assert.False(await queue.AddAsync(item, Token));
        Assert.Equal(0, await Start().ExitAsync());
        await server.RestartAsync();
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
        await foreach (RejectedWork one in queue.ReadRejectedAsync(FileWork.KindName, Token))
            rejected.Add(one);
        Assert.Equal(poison, Assert.Single(rejected).Item);
        Assert.Contains("delivered 2 times", rejected[0].Reason);
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

    [Fact]
    public async Task AfterTheLossOfTheQueueOnlyTheRestIsDone()
    {
        WorkItem[] items = [.. Texts(6)];
        await AddAsync(items[..3]);
        Assert.Equal(0, await Start().ExitAsync());
        await server.RestartAsync(withEmptyStore: true);
        foreach (WorkItem item in items)
            await AddAgainAsync(item);
        Child second = Start();
        Assert.Equal(0, await second.ExitAsync());
        Assert.Equal(3, second.Lines.Count(line => line.StartsWith("wrote", StringComparison.Ordinal)));
        await AssertDoneAsync(items);
    }

    private static IEnumerable<WorkItem> Texts(int count, string act = "write") =>
        Enumerable.Range(0, count).Select(i => FileWork.Item($"text {i}", act));

    private Child Start(int lease = Short, int mostAttempts = 5)
    {
        workers.Add(Probe.Start("work", server.Url, folder.Path, lease.ToString(CultureInfo.InvariantCulture),
            mostAttempts.ToString(CultureInfo.InvariantCulture)));
        return workers[^1];
    }

    private async Task AddAsync(IEnumerable<WorkItem> items)
    {
        foreach (WorkItem item in items)
            Assert.True(await queue.AddAsync(item, Token));
    }

    /// <summary>Adds an item while the connection may still be about to return.</summary>
    private async Task AddAgainAsync(WorkItem item)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await queue.AddAsync(item, Token);
                return;
            }
            catch (IOException) when (tries < 20)
            {
            }
        }
    }

    private async Task AssertDoneAsync(WorkItem[] items)
    {
        var work = new FileWork(new(folder.Path), _ => { });
        foreach (WorkItem item in items)
            Assert.Equal(FileWork.Text(item), await File.ReadAllTextAsync(work.PathOf(item), Token));
        Assert.Equal(items.Length, Directory.GetFiles(folder.At("parts")).Length);
        Assert.Equal(0, await queue.CountAsync(FileWork.KindName, Token));
    }
}
