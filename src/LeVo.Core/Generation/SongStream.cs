using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// A song whose audio is returned block by block while it is generated. Work starts when the enumeration starts, and one
/// enumeration is possible. <see cref="Completion"/> ends with the enumeration: with the song, with the error, or canceled.
/// </summary>
public sealed class SongStream : IAsyncEnumerable<Waveform>
{
    private readonly IAsyncEnumerable<Waveform> blocks;
    private readonly Func<Song> finish;
    private readonly TaskCompletionSource<Outcome> outcome = new();
    private readonly CancellationTokenRegistration registration;
    private int started;

    /// <summary>Initializes a stream.</summary>
    /// <param name="request">The request with the seed, duration and options in effect.</param>
    /// <param name="blocks">The audio in order; enumerated once.</param>
    /// <param name="finish">Returns the song; called after the last block.</param>
    /// <param name="cancellationToken">Cancels <see cref="Completion"/> if it is canceled before the enumeration starts;
    /// the blocks observe their own token.</param>
    public SongStream(SongRequest request, IAsyncEnumerable<Waveform> blocks, Func<Song> finish,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentNullException.ThrowIfNull(finish);
        (Request, this.blocks, this.finish) = (request, blocks, finish);
        Completion = CompleteAsync(outcome.Task);
        // A host that waits for nothing but the blocks must not be reported for an exception that it has seen there.
        _ = Completion.ContinueWith(static task => _ = task.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        registration = cancellationToken.UnsafeRegister((_, token) => CancelUnstarted(token), null);
    }

    /// <summary>The request with the seed, duration and options in effect.</summary>
    public SongRequest Request { get; }

    /// <summary>
    /// The finished song with its audio, timings and findings. Fails with the exception that ended the enumeration. It is
    /// canceled, with a <see cref="GenerationCanceledException"/> that contains the tokens written so far, if the song was
    /// canceled or the enumeration was disposed before its end.
    /// </summary>
    public Task<Song> Completion { get; }

    /// <summary>The tokens written so far.</summary>
    internal Func<SongTokens> Written { private get; init; } = () => SongTokens.FromFrames([]);

    /// <summary>Starts the song. A block is computed while earlier ones are taken; disposing the enumerator stops the
    /// song.</summary>
    /// <param name="cancellationToken">Stops the song before its next step or block.</param>
    /// <exception cref="InvalidOperationException">The stream was enumerated before; thrown by the first move.</exception>
    public async IAsyncEnumerator<Waveform> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref started, 1) != 0)
            throw new InvalidOperationException("A song stream can be enumerated once.");
        registration.Dispose();
        Song? song = null;
        Exception? error = null;
        IAsyncEnumerator<Waveform> source = blocks.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (await NextAsync().ConfigureAwait(false))
                yield return source.Current;
        }
        finally
        {
            // The song's place is free before anyone who waits for the song goes on.
            try
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                error ??= e;
                throw;
            }
            finally
            {
                outcome.TrySetResult(new(error is null ? song : null, error ?? Canceled(null)));
            }
        }

        async Task<bool> NextAsync()
        {
            try
            {
                if (await source.MoveNextAsync().ConfigureAwait(false))
                    return true;
                song = finish();
                return false;
            }
            catch (OperationCanceledException e) when (e is not GenerationCanceledException)
            {
                GenerationCanceledException canceled = Canceled(e);
                error = canceled;
                throw canceled;
            }
            catch (Exception e)
            {
                error = e;
                throw;
            }
        }
    }

    private void CancelUnstarted(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref started) == 0)
            outcome.TrySetResult(new(null, Canceled(new(cancellationToken))));
    }

    private GenerationCanceledException Canceled(OperationCanceledException? cause)
    {
        cause ??= new OperationCanceledException("The enumeration of the song was disposed before its end.");
        return new(Written(), cause, cause.CancellationToken);
    }

    /// <summary>An asynchronous method: its task is canceled by an exception that keeps the tokens.</summary>
    private static async Task<Song> CompleteAsync(Task<Outcome> outcome)
    {
        (Song? song, Exception error) = await outcome.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return song ?? throw error;
    }

    private sealed record Outcome(Song? Song, Exception Error);
}
