using LeVo.Core.Generation;
using LeVo.Core.Threading;
using LeVo.Core.Tokens;

namespace LeVo.Core.Hosting;

/// <summary>How far the loading of a value has come.</summary>
internal enum LoadState
{
    /// <summary>Nobody has asked for it yet, or loading was stopped.</summary>
    NotLoaded,

    /// <summary>It is being loaded.</summary>
    Loading,

    /// <summary>It is loaded.</summary>
    Ready,

    /// <summary>It could not be loaded; the next request tries again.</summary>
    Failed,
}

/// <summary>
/// A value that is loaded once, on a dedicated thread, when it is first asked for. All who need it wait asynchronously.
/// Thread-safe.
/// </summary>
/// <param name="load">Loads the value, which stays its owner's. Receives the token of <see cref="StopAsync"/>.</param>
internal sealed class Loading<T>(Func<CancellationToken, T> load)
    where T : class
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private volatile Task<T>? task;

    public LoadState State => task switch
    {
        null or { IsCanceled: true } => LoadState.NotLoaded,
        { IsFaulted: true } => LoadState.Failed,
        { IsCompleted: true } => LoadState.Ready,
        _ => LoadState.Loading,
    };

    /// <summary>Why it could not be loaded, or null.</summary>
    public Exception? Failure => task is { IsFaulted: true } failed ? failed.Exception!.InnerException : null;

    /// <summary>Stops the loading; what is loaded outlives it.</summary>
    public CancellationToken Stopping => stop.Token;

    /// <summary>Waits for the value.</summary>
    /// <param name="cancellationToken">Ends this wait; loading goes on for others.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled, or loading was stopped.</exception>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (task is null or { IsFaulted: true } or { IsCanceled: true })
                task = DedicatedThread.Run(() => load(stop.Token), stop.Token);
            return task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits for the value on behalf of a song.</summary>
    /// <param name="written">Returns the song's tokens that exist already; a cancellation contains them.</param>
    /// <param name="cancellationToken">Ends this wait; loading goes on for others.</param>
    /// <exception cref="GenerationCanceledException">The wait was cancelled.</exception>
    public async Task<T> GetForSongAsync(Func<SongTokens> written, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new GenerationCanceledException(written(), e, cancellationToken);
        }
    }

    /// <summary>Stops a loading that is under way and waits until it has ended; a value that is loaded stays.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        if (task is { } running)
            await ((Task)running.WaitAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
