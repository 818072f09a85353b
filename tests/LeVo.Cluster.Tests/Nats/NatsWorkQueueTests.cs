using System.Globalization;
using LeVo.Cluster.Nats;
using LeVo.Cluster.Tests.Work;
using LeVo.Cluster.Work;

namespace LeVo.Cluster.Tests.Nats;

/// <summary>The contract on NATS JetStream, with a real server.</summary>
public sealed class NatsWorkQueueTests(NatsServerFixture server) : QueueContract, IClassFixture<NatsServerFixture>
{
    private static int names;

    private readonly List<NatsWorkQueue> queues = [];
    private string name = "";

    public override async ValueTask DisposeAsync()
    {
        foreach (NatsWorkQueue queue in queues)
            await queue.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("nats://queue.example:4222", "unencrypted")]
    [InlineData("queue.example", "not the address")]
    [InlineData("nats://127.0.0.1:4222,http://queue.example", "not the address")]
    public void AnUnsafeOrWrongAddressIsRefused(string url, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => new NatsWorkQueue(new() { Url = url })).Message);

    [Fact]
    public void AMissingFileIsNamed() => Assert.Contains("no.creds", Assert.Throws<FileNotFoundException>(
        () => new NatsWorkQueue(new() { CredentialsPath = "no.creds" })).Message);

    internal override Task<IWorkQueue> OpenAsync()
    {
        name = "queue-" + Interlocked.Increment(ref names).ToString(CultureInfo.InvariantCulture);
        return ReopenAsync(null!);
    }

    internal override Task<IWorkQueue> ReopenAsync(IWorkQueue queue)
    {
        queues.Add(new(new() { Url = server.Url, Name = name, Lease = TimeSpan.FromSeconds(30) }));
        return Task.FromResult<IWorkQueue>(queues[^1]);
    }
}
