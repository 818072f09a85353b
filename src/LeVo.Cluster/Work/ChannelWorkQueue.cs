using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace LeVo.Cluster.Work;

/// <summary>A queue in the process's memory, first in, first out. Thread-safe.</summary>
public sealed class ChannelWorkQueue : IWorkQueue
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Channel<Entry>> channels = [];
    private readonly Dictionary<string, Entry> left = [];
    private readonly List<RejectedWork> rejected = [];

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(WorkItem item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        var entry = new Entry(item);
        lock (gate)
        {
            if (!left.TryAdd(item.Id, entry))
                return new(false);
            rejected.RemoveAll(one => one.Work.Id == item.Id);
        }
        Put(entry);
        return new(true);
    }

    /// <inheritdoc/>
    public async ValueTask<IWorkLease?> TakeAsync(string kind, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(wait);
        try
        {
            Entry entry = await Of(kind).Reader.ReadAsync(patience.Token).ConfigureAwait(false);
            return new Lease(this, entry, ++entry.Attempts);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(string kind, CancellationToken cancellationToken = default)
    {
        lock (gate)
            return new(left.Values.LongCount(entry => entry.Item.Kind == kind));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RejectedWork> ReadRejectedAsync(
        string kind, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RejectedWork[] all;
        lock (gate)
            all = [.. rejected.Where(one => one.Work.Kind == kind)];
        foreach (RejectedWork one in all)
            yield return one;
        await Task.CompletedTask.ConfigureAwait(false);
    }

    private Channel<Entry> Of(string kind)
    {
        lock (gate)
        {
            if (!channels.TryGetValue(kind, out Channel<Entry>? channel))
                channels.Add(kind, channel = Channel.CreateUnbounded<Entry>());
            return channel;
        }
    }

    private void Put(Entry entry) => Of(entry.Item.Kind).Writer.TryWrite(entry);

    private async Task PutAsync(Entry entry, TimeSpan after)
    {
        await Task.Delay(after).ConfigureAwait(false);
        Put(entry);
    }

    private void End(Entry entry, string? reason)
    {
        lock (gate)
        {
            left.Remove(entry.Item.Id);
            if (reason is not null)
                rejected.Add(new(entry.Item, entry.Attempts, reason));
        }
    }

    private sealed class Entry(WorkItem item)
    {
        public WorkItem Item => item;

        public int Attempts { get; set; }
    }

    private sealed class Lease(ChannelWorkQueue queue, Entry entry, int attempt) : IWorkLease
    {
        private bool ended;

        public WorkItem Work => entry.Item;

        public int Attempt => attempt;

        /// <summary>A worker in this process can't be paused while others run.</summary>
        public CancellationToken Lost => CancellationToken.None;

        public ValueTask CompleteAsync() => End(null);

        public ValueTask RejectAsync(string reason) => End(reason);

        public ValueTask RetryAsync(TimeSpan after)
        {
            ended = true;
            if (after > TimeSpan.Zero)
                _ = queue.PutAsync(entry, after);
            else
                queue.Put(entry);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ended ? ValueTask.CompletedTask : RetryAsync(TimeSpan.Zero);

        private ValueTask End(string? reason)
        {
            ended = true;
            queue.End(entry, reason);
            return ValueTask.CompletedTask;
        }
    }
}
