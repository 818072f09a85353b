using LeVo.Cluster.Work;

namespace LeVo.Cluster.Tests.Work;

/// <summary>The contract on the queue in the process's memory.</summary>
public sealed class ChannelWorkQueueTests : QueueContract
{
    internal override Task<IWorkQueue> OpenAsync() => Task.FromResult<IWorkQueue>(new ChannelWorkQueue());

    internal override Task<IWorkQueue> ReopenAsync(IWorkQueue queue) => Task.FromResult(queue);
}
