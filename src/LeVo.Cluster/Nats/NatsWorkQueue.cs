using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using LeVo.Cluster.Work;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace LeVo.Cluster.Nats;

/// <summary>
/// A queue on NATS JetStream, for workers on many machines: a stream with work-queue retention, a durable pull consumer for each
/// kind of work, and a stream of rejected items. Works with servers from version 2.9 on. Thread-safe.
/// </summary>
public sealed class NatsWorkQueue : IWorkQueue, IAsyncDisposable
{
    private const int Batch = 256;

    private readonly NatsWorkOptions options;
    private readonly NatsConnection connection;
    private readonly NatsJSContext jetStream;
    private readonly ConcurrentDictionary<string, INatsJSConsumer> consumers = [];
    private volatile bool hasStreams;

    /// <summary>Prepares a connection, which is made when it is first used.</summary>
    /// <param name="options">How to reach the queue.</param>
    /// <exception cref="ArgumentException">An option is wrong, or the connection would be unencrypted.</exception>
    /// <exception cref="FileNotFoundException">A file of a key or a certificate is missing.</exception>
    public NatsWorkQueue(NatsWorkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        connection = new(NatsConnecting.Options(options));
        jetStream = new(connection);
    }

    private string WorkStream => options.Name + "-work";

    private string DeadStream => options.Name + "-dead";

    /// <inheritdoc/>
    public ValueTask<bool> AddAsync(WorkItem item, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        return AskAsync(async token =>
        {
            PubAckResponse answer = await jetStream.PublishAsync($"{options.Name}.work.{item.Kind}",
                Encoding.UTF8.GetBytes(item.ToLine()), opts: new() { MsgId = item.Id }, cancellationToken: token).ConfigureAwait(false);
            // EnsureSuccess would throw on duplicates.
            return answer.Error is null ? !answer.Duplicate : throw new IOException($"The queue refused an item: {answer.Error.Description}");
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IWorkLease?> TakeAsync(string kind, TimeSpan wait, CancellationToken cancellationToken = default) =>
        AskAsync(async token =>
        {
            INatsJSConsumer consumer = await ConsumerAsync(kind, token).ConfigureAwait(false);
            // One at a time: the lease of an item that waits in the client would run out.
            var next = new NatsJSNextOpts { Expires = wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : wait };
            while (await consumer.NextAsync<byte[]>(opts: next, cancellationToken: token).ConfigureAwait(false) is { } message)
            {
                try
                {
                    return (IWorkLease?)new NatsWorkLease(this, message, WorkItem.Parse(message.Data), options.Lease);
                }
                catch (InvalidDataException)
                {
                    // Not one of ours; nobody could do it.
                    await message.AckTerminateAsync(new AckOpts { DoubleAck = true }, token).ConfigureAwait(false);
                }
            }
            return null;
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(string kind, CancellationToken cancellationToken = default) => AskAsync(async token =>
    {
        INatsJSConsumer consumer = await ConsumerAsync(kind, token).ConfigureAwait(false);
        await consumer.RefreshAsync(token).ConfigureAwait(false);
        return (long)consumer.Info.NumPending + consumer.Info.NumAckPending;
    }, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RejectedWork> ReadRejectedAsync(
        string kind, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        INatsJSConsumer reader = await AskAsync(async token => await jetStream.CreateConsumerAsync(DeadStream, new ConsumerConfig
        {
            DeliverPolicy = ConsumerConfigDeliverPolicy.All,
            AckPolicy = ConsumerConfigAckPolicy.None,
        }, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        for (List<RejectedWork> read = []; ; read.Clear())
        {
            bool more = await AskAsync(async token =>
            {
                int count = 0;
                await foreach (INatsJSMsg<byte[]> message in reader.FetchNoWaitAsync<byte[]>(new() { MaxMsgs = Batch }, cancellationToken: token)
                    .ConfigureAwait(false))
                {
                    count++;
                    // Servers before 2.10 refuse a filter with a wildcard at the end.
                    if (DeadLetter.Parse(message.Data) is { } letter && letter.Work.Kind == kind)
                        read.Add(letter);
                }
                return count == Batch;
            }, cancellationToken).ConfigureAwait(false);
            foreach (RejectedWork one in read)
                yield return one;
            if (!more)
                yield break;
        }
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => connection.DisposeAsync();

    /// <summary>Keeps a rejected item; of several deliveries the last is kept.</summary>
    internal async ValueTask BuryAsync(RejectedWork rejected) => await AskAsync(async token =>
    {
        PubAckResponse answer = await jetStream.PublishAsync($"{options.Name}.dead.{rejected.Work.Kind}.{rejected.Work.Id}",
            DeadLetter.ToBytes(rejected), cancellationToken: token).ConfigureAwait(false);
        return answer.Error is null ? true : throw new IOException($"The queue refused a dead letter: {answer.Error.Description}");
    }, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Asks the server; what fails is told as an error of input and output.</summary>
    internal async ValueTask<T> AskAsync<T>(Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            if (!hasStreams)
                await MakeStreamsAsync(cancellationToken).ConfigureAwait(false);
            return await ask(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException or TimeoutException
            && !cancellationToken.IsCancellationRequested)
        {
            // A server that was started anew, perhaps with an empty store, gets its streams again.
            hasStreams = false;
            consumers.Clear();
            throw new IOException($"{options.Url}: {e.Message}", e);
        }
    }

    private async ValueTask MakeStreamsAsync(CancellationToken cancellationToken)
    {
        await jetStream.CreateOrUpdateStreamAsync(new StreamConfig(WorkStream, [options.Name + ".work.>"])
        {
            Retention = StreamConfigRetention.Workqueue,
            NumReplicas = options.Replicas,
        }, cancellationToken).ConfigureAwait(false);
        await jetStream.CreateOrUpdateStreamAsync(new StreamConfig(DeadStream, [options.Name + ".dead.>"])
        {
            MaxMsgsPerSubject = 1,
            NumReplicas = options.Replicas,
        }, cancellationToken).ConfigureAwait(false);
        hasStreams = true;
    }

    private async ValueTask<INatsJSConsumer> ConsumerAsync(string kind, CancellationToken cancellationToken)
    {
        if (consumers.TryGetValue(kind, out INatsJSConsumer? known))
            return known;
        return consumers[kind] = await jetStream.CreateOrUpdateConsumerAsync(WorkStream, new ConsumerConfig(kind)
        {
            FilterSubject = $"{options.Name}.work.{kind}",
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = options.Lease,
            // A limit would hide exhausted items: they stay in the stream and are never delivered again. The worker counts.
            MaxDeliver = -1,
            MaxAckPending = -1,
        }, cancellationToken).ConfigureAwait(false);
    }
}
