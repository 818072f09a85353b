using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeVo.Cluster.Work;

/// <summary>
/// A worker: takes items from a queue and does them, one at a time. An item whose output exists is not done again; one that fails
/// is tried again; one that can't be done, or that was tried too often, is rejected with the reason. An item never costs another.
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="work">Does the items.</param>
/// <param name="options">The options; null for the defaults.</param>
/// <param name="logger">Receives what happens to each item, without its payload; null for none.</param>
public sealed partial class WorkRunner(
    IWorkQueue queue, IWork work, WorkRunnerOptions? options = null, ILogger<WorkRunner>? logger = null)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private readonly WorkRunnerOptions options = options ?? new();
    private readonly ILogger logger = logger ?? NullLogger<WorkRunner>.Instance;

    /// <summary>Works until the token is cancelled or <see cref="WorkRunnerOptions.Until"/> ends it.</summary>
    /// <param name="cancellationToken">Stops the work; the item in progress is handed back.</param>
    /// <returns>The number of items that this worker has completed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<int> RunAsync(CancellationToken cancellationToken = default)
    {
        int completed = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                bool last = options.Until?.IsCompleted == true;
                IWorkLease? lease = await queue.TakeAsync(work.Kind, Wait, cancellationToken).ConfigureAwait(false);
                if (lease is not null)
                {
                    await using ConfiguredAsyncDisposable disposal = lease.ConfigureAwait(false);
                    if (await EndAsync(lease, cancellationToken).ConfigureAwait(false))
                        completed++;
                }
                else if (last && await queue.CountAsync(work.Kind, cancellationToken).ConfigureAwait(false) == 0)
                {
                    return completed;
                }
            }
            catch (IOException e)
            {
                LogUnreachable(e.Message);
                await Task.Delay(Wait, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Does an item and ends its lease; returns whether it is completed.</summary>
    private async Task<bool> EndAsync(IWorkLease lease, CancellationToken stop)
    {
        WorkItem item = lease.Work;
        if (work.IsDone(item))
        {
            await lease.CompleteAsync().ConfigureAwait(false);
            LogFound(item.Kind, item.Id);
            return true;
        }
        if (lease.Attempt > options.MostAttempts)
        {
            await RejectAsync(lease, $"It was delivered {lease.Attempt - 1} times, and no worker reported its end: it may end the process.")
                .ConfigureAwait(false);
            return false;
        }
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, lease.Lost);
        Exception? problem = null;
        try
        {
            work.Check(item);
            await work.DoAsync(item, lease.Attempt, ended.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            problem = e;
        }
        if (problem is null)
        {
            await lease.CompleteAsync().ConfigureAwait(false);
            LogCompleted(item.Kind, item.Id, lease.Attempt);
            return true;
        }
        if (stop.IsCancellationRequested)
        {
            await lease.RetryAsync(TimeSpan.Zero).ConfigureAwait(false);
            LogHandedBack(item.Kind, item.Id);
        }
        else if (lease.Lost.IsCancellationRequested)
        {
            LogLost(item.Kind, item.Id);
        }
        else if (problem is InvalidDataException or ArgumentException or FormatException || lease.Attempt == options.MostAttempts)
        {
            await RejectAsync(lease, $"{problem.GetType().Name}: {problem.Message}").ConfigureAwait(false);
        }
        else
        {
            LogFailed(problem, item.Kind, item.Id, lease.Attempt);
            await lease.RetryAsync(options.RetryAfter * Math.Pow(2, lease.Attempt - 1)).ConfigureAwait(false);
        }
        return false;
    }

    private async Task RejectAsync(IWorkLease lease, string reason)
    {
        await lease.RejectAsync(reason).ConfigureAwait(false);
        LogRejected(lease.Work.Kind, lease.Work.Id, lease.Attempt, reason);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Id}: done at attempt {Attempt}.")]
    private partial void LogCompleted(string kind, string id, int attempt);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Id}: its output exists.")]
    private partial void LogFound(string kind, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Id}: handed back.")]
    private partial void LogHandedBack(string kind, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id}: the lease ran out; another worker may have the item.")]
    private partial void LogLost(string kind, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id}: attempt {Attempt} failed.")]
    private partial void LogFailed(Exception problem, string kind, string id, int attempt);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id}: rejected at attempt {Attempt}. {Reason}")]
    private partial void LogRejected(string kind, string id, int attempt, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The queue can't be reached: {Problem}")]
    private partial void LogUnreachable(string problem);
}
