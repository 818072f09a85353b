using System.Threading.Channels;

namespace LeVo.Samples.Queue;

/// <summary>A song that somebody waits for.</summary>
/// <param name="Name">The name of its file.</param>
/// <param name="Lyrics">Its words.</param>
internal sealed record Order(string Name, string Lyrics);

/// <summary>Orders in turn. A full queue lets its callers wait, so that load shows where it comes from.</summary>
internal sealed class SongQueue
{
    private readonly Channel<Order> orders = Channel.CreateBounded<Order>(100);

    public ValueTask AddAsync(Order order, CancellationToken cancellationToken = default) =>
        orders.Writer.WriteAsync(order, cancellationToken);

    public void Complete() => orders.Writer.Complete();

    public IAsyncEnumerable<Order> ReadAllAsync(CancellationToken cancellationToken) =>
        orders.Reader.ReadAllAsync(cancellationToken);
}
