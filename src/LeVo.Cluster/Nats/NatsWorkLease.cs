using System.Diagnostics;
using LeVo.Cluster.Work;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace LeVo.Cluster.Nats;

/// <summary>
/// A delivered message. It is renewed on the thread pool, not by the steps of the work, until it is disposed.
/// </summary>
internal sealed class NatsWorkLease : IWorkLease
{
    private const int RenewalsInALease = 3;

    private static readonly AckOpts Confirmed = new() { DoubleAck = true };

    private readonly NatsWorkQueue queue;
    private readonly INatsJSMsg<byte[]> message;
    private readonly CancellationTokenSource lost = new(), ended = new();
    private readonly Task renewing;

    public NatsWorkLease(NatsWorkQueue queue, INatsJSMsg<byte[]> message, WorkItem item, TimeSpan lease)
    {
        (this.queue, this.message, Work) = (queue, message, item);
        Attempt = (int)Math.Min(int.MaxValue, message.Metadata?.NumDelivered ?? 1);
        Lost = lost.Token;
        renewing = Task.Run(() => RenewAsync(lease));
    }

    public WorkItem Work { get; }

    public int Attempt { get; }

    public CancellationToken Lost { get; }

    public ValueTask CompleteAsync() => EndAsync(token => message.AckAsync(Confirmed, token));

    public ValueTask RetryAsync(TimeSpan after) =>
        EndAsync(token => message.NakAsync(Confirmed with { NakDelay = after }, token));

    public async ValueTask RejectAsync(string reason)
    {
        await queue.BuryAsync(new(Work, Attempt, reason)).ConfigureAwait(false);
        await EndAsync(token => message.AckTerminateAsync(Confirmed, token)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        ended.Dispose();
        lost.Dispose();
    }

    private async ValueTask EndAsync(Func<CancellationToken, ValueTask> end)
    {
        await ended.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(false);
        await queue.AskAsync(async token =>
        {
            await end(token).ConfigureAwait(false);
            return true;
        }, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task RenewAsync(TimeSpan lease)
    {
        using var timer = new PeriodicTimer(lease / RenewalsInALease);
        for (long last = Stopwatch.GetTimestamp(); await NextAsync(timer).ConfigureAwait(false); last = Stopwatch.GetTimestamp())
        {
            // The whole process was paused, and the server has given the item to another worker.
            if (Stopwatch.GetElapsedTime(last) > lease)
            {
                await lost.CancelAsync().ConfigureAwait(false);
                return;
            }
            try
            {
                await message.AckProgressAsync(Confirmed, ended.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException or TimeoutException)
            {
                // A server that is away gives the item to nobody; when it is back, the next renewal reaches it.
            }
        }
    }

    private async ValueTask<bool> NextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
