using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace LeVo.Core.Threading;

/// <summary>
/// Runs long work on a dedicated thread: the application's thread pool stays free, and TorchSharp's dispose scopes, which
/// are thread-bound, stay on one thread.
/// </summary>
internal static class DedicatedThread
{
    private const TaskCreationOptions Options = TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach;

    /// <summary>Runs work to its end on a new thread.</summary>
    public static Task<T> Run<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, Options, TaskScheduler.Default);

    /// <inheritdoc cref="Run{T}"/>
    public static Task Run(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, Options, TaskScheduler.Default);

    /// <summary>
    /// Hands out items while a new thread computes the next ones. The thread starts when the first item is asked for, and has
    /// ended when the enumeration has; what the work throws is thrown after the items before it.
    /// </summary>
    /// <param name="work">Receives what hands out an item, and a token that also stops it when the enumeration is
    /// abandoned.</param>
    /// <param name="ahead">Items that may wait to be taken; with more the work waits.</param>
    /// <param name="cancellationToken">Given to the work.</param>
    public static async IAsyncEnumerable<T> Produce<T>(Action<Action<T>, CancellationToken> work, int ahead,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var items = Channel.CreateBounded<T>(new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true });
        Task producer = Run(Work, CancellationToken.None);
        try
        {
            // The work sees the token; waiting with it, too, would lose the items that were handed out before.
            while (await items.Reader.WaitToReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                while (items.Reader.TryRead(out T? item))
                    yield return item;
            }
        }
        finally
        {
            stop.Cancel();
            await producer.ConfigureAwait(false);
        }

        void Work()
        {
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                work(HandOut, stop.Token);
                items.Writer.Complete();
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                items.Writer.Complete(new OperationCanceledException(cancellationToken));
            }
            catch (Exception e)
            {
                items.Writer.Complete(e);
            }
        }

        void HandOut(T item)
        {
            if (!items.Writer.TryWrite(item))
                items.Writer.WriteAsync(item, stop.Token).AsTask().GetAwaiter().GetResult();
        }
    }
}
