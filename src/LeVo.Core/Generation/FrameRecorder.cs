using System.Diagnostics;
using System.Runtime.CompilerServices;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>Passes the frames of one song on to the codec, keeps them, and measures how long the codec waited for them.</summary>
internal sealed class FrameRecorder(int frameRate)
{
    private readonly List<TokenFrame> frames = [];
    private readonly Stopwatch waiting = new();

    /// <summary>Time that was spent waiting for frames.</summary>
    public TimeSpan Waited => waiting.Elapsed;

    /// <summary>The frames so far. Not while the song is enumerated.</summary>
    public SongTokens Written => SongTokens.FromFrames(frames, frameRate);

    /// <summary>Passes frames on. Those that exist already when the enumeration is abandoned are kept, too.</summary>
    public async IAsyncEnumerable<TokenFrame> PassAsync(
        IAsyncEnumerable<TokenFrame> song, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IAsyncEnumerator<TokenFrame> source = song.GetAsyncEnumerator(stop.Token);
        try
        {
            while (await NextAsync().ConfigureAwait(false))
                yield return source.Current;
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            try
            {
                while (await NextAsync().ConfigureAwait(false))
                    continue;
            }
            catch (OperationCanceledException)
            {
                // As it was told.
            }
            finally
            {
                await source.DisposeAsync().ConfigureAwait(false);
            }
        }

        async ValueTask<bool> NextAsync()
        {
            waiting.Start();
            try
            {
                if (!await source.MoveNextAsync().ConfigureAwait(false))
                    return false;
                frames.Add(source.Current);
                return true;
            }
            finally
            {
                waiting.Stop();
            }
        }
    }
}
