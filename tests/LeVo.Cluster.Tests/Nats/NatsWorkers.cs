using System.Globalization;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Work;
using LeVo.ClusterProbe;

namespace LeVo.Cluster.Tests.Nats;

/// <summary>A server, a queue and workers that are real processes.</summary>
public abstract class NatsWorkers : IAsyncLifetime
{
    protected const int Short = 1_000, Endless = 3_600_000; // leases in milliseconds

    private readonly TemporaryFolder folder = new();
    private readonly List<Child> workers = [];

    private protected NatsServer Server { get; private set; } = null!;

    private protected NatsWorkQueue Queue { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Server = await NatsServer.StartAsync();
        Queue = new(new() { Url = Server.Url, Name = "test", Lease = TimeSpan.FromMilliseconds(Short) });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Child worker in workers)
            await worker.DisposeAsync();
        await Queue.DisposeAsync();
        await Server.DisposeAsync();
        folder.Dispose();
    }

    private protected static IEnumerable<WorkItem> Texts(int count, string act = "write") =>
        Enumerable.Range(0, count).Select(i => FileWork.Item($"text {i}", act));

    private protected Child Start(int lease = Short, int mostAttempts = 5)
    {
        workers.Add(Probe.Start("work", Server.Url, folder.Path, lease.ToString(CultureInfo.InvariantCulture),
            mostAttempts.ToString(CultureInfo.InvariantCulture)));
        return workers[^1];
    }

    private protected async Task AddAsync(IEnumerable<WorkItem> items)
    {
        foreach (WorkItem item in items)
            Assert.True(await Queue.AddAsync(item, Token));
    }

    /// <summary>Adds an item while the connection may still be about to return.</summary>
    private protected async Task AddAgainAsync(WorkItem item)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                await Queue.AddAsync(item, Token);
                return;
            }
            catch (IOException) when (tries < 20)
            {
            }
        }
    }

    private protected async Task AssertDoneAsync(WorkItem[] items)
    {
        var work = new FileWork(new(folder.Path), _ => { });
        foreach (WorkItem item in items)
            Assert.Equal(FileWork.Text(item), await File.ReadAllTextAsync(work.PathOf(item), Token));
        Assert.Equal(items.Length, Directory.GetFiles(folder.At("parts")).Length);
        Assert.Equal(0, await Queue.CountAsync(FileWork.KindName, Token));
    }
}
