namespace LeVo.Cluster.Work;

/// <summary>
/// Hands out work to workers. Each item is delivered at least once, so that doing it twice must give the same result. The queue
/// is never the truth: what is finished is known by its output, and what a queue loses is submitted again. Thread-safe.
/// </summary>
public interface IWorkQueue
{
    /// <summary>Adds an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether it was added; false if it is in the queue already.</returns>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    ValueTask<bool> AddAsync(WorkItem item, CancellationToken cancellationToken = default);

    /// <summary>Takes the next item. It is nobody else's until the lease ends.</summary>
    /// <param name="kind">The kind of work.</param>
    /// <param name="wait">How long to wait for an item.</param>
    /// <param name="cancellationToken">Cancels the waiting.</param>
    /// <returns>The lease, or null if no item came.</returns>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    ValueTask<IWorkLease?> TakeAsync(string kind, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Returns the number of items that are neither completed nor rejected, leased ones included.</summary>
    /// <param name="kind">The kind of work.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    ValueTask<long> CountAsync(string kind, CancellationToken cancellationToken = default);

    /// <summary>Reads the items that were rejected ("dead letters").</summary>
    /// <param name="kind">The kind of work.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    IAsyncEnumerable<RejectedWork> ReadRejectedAsync(string kind, CancellationToken cancellationToken = default);
}

/// <summary>
/// An item that a worker has taken. The queue renews the lease until it is disposed; without an outcome the item is then
/// delivered again.
/// </summary>
public interface IWorkLease : IAsyncDisposable
{
    /// <summary>The item.</summary>
    WorkItem Work { get; }

    /// <summary>How often the item was delivered, from 1.</summary>
    int Attempt { get; }

    /// <summary>Is cancelled when another worker may have the item.</summary>
    CancellationToken Lost { get; }

    /// <summary>Ends the lease: the item is done. Call when its output is in place.</summary>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    ValueTask CompleteAsync();

    /// <summary>Ends the lease: the item is delivered again.</summary>
    /// <param name="after">How long to wait until then.</param>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    ValueTask RetryAsync(TimeSpan after);

    /// <summary>Ends the lease: the item can't be done.</summary>
    /// <param name="reason">Why; is kept with the item.</param>
    /// <exception cref="IOException">The queue can't be reached.</exception>
    ValueTask RejectAsync(string reason);
}

/// <summary>An item that can't be done.</summary>
/// <param name="Work">The item.</param>
/// <param name="Attempts">How often it was delivered.</param>
/// <param name="Reason">Why it can't be done.</param>
public sealed record RejectedWork(WorkItem Work, int Attempts, string Reason);
