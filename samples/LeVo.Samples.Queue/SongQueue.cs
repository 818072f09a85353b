using System.Threading.Channels;

namespace LeVo.Samples.Queue;

/// <summary>A song to make.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Lyrics">Its words.</param>
internal sealed record Order(string Name, string Lyrics);

/// <summary>Orders, first in, first out. Where the queue is full, callers wait.</summary>
internal sealed class SongQueue
{
    private readonly Channel<Order> orders = Channel.CreateBounded<Order>(100);

    public ValueTask AddAsync(Order order, CancellationToken cancellationToken = default) =>
        orders.Writer.WriteAsync(order, cancellationToken);

    public void Complete() => orders.Writer.Complete();

    public IAsyncEnumerable<Order> ReadAllAsync(CancellationToken cancellationToken) =>
        orders.Reader.ReadAllAsync(cancellationToken);
}
