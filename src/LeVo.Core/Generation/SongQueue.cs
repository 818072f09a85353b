using LeVo.Core.Model;

namespace LeVo.Core.Generation;

/// <summary>Places for the songs that are made at the same time; further ones wait in the order in which they came, without
/// a thread. Thread-safe.</summary>
internal sealed class SongQueue
{
    /// <summary>Keys and values of both stacks, for the two branches of guidance.</summary>
    private const int CacheCopies = 4;

    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource<Place>> waiting = [];
    private int free;

    /// <param name="places">Songs at the same time.</param>
    public SongQueue(int places)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        free = places;
    }

    /// <summary>Songs that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
                return waiting.Count;
        }
    }

    /// <summary>As many of a model's longest songs as half of the memory holds, one at least and one a processor at
    /// most.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="elementBytes">Bytes of one element of a song's cache.</param>
    /// <param name="memory">Memory of the process in bytes.</param>
    /// <param name="processors">Processors of the process.</param>
    public static int DefaultPlaces(LeLmConfig config, double elementBytes, long memory, int processors)
    {
        long song = SongBytes(config, config.MaxFrames, elementBytes);
        return (int)Math.Clamp(memory / 2 / Math.Max(1, song), 1, Math.Max(1, processors));
    }

    /// <summary>Bytes of a song's caches.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="frames">Frames of the song.</param>
    /// <param name="elementBytes">Bytes of one element.</param>
    public static long SongBytes(LeLmConfig config, int frames, double elementBytes)
    {
        long positions = config.PrefixLength + config.CreatePattern(frames).Columns;
        return (long)(CacheCopies * (long)(config.MixedLayers + config.TrackLayers) * config.Width * positions * elementBytes);
    }

    /// <summary>Bytes of the keys and values of one song's conditions.</summary>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="elementBytes">Bytes of one element.</param>
    public static long PrefixBytes(LeLmConfig config, double elementBytes) =>
        (long)(2L * (config.MixedLayers + config.TrackLayers) * config.Width * config.PrefixLength * elementBytes);

    /// <summary>Waits for a place, which is given back by disposing it.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public async Task<Place> EnterAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource<Place>> node;
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                return new(this);
            }
            node = waiting.AddLast(new TaskCompletionSource<Place>(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        using (cancellationToken.UnsafeRegister((_, token) => Abandon(node, token), null))
            return await node.Value.Task.ConfigureAwait(false);
    }

    private void Abandon(LinkedListNode<TaskCompletionSource<Place>> node, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (node.List is null)
                return; // It has its place.
            waiting.Remove(node);
        }
        node.Value.SetCanceled(cancellationToken);
    }

    private void Leave()
    {
        TaskCompletionSource<Place> next;
        lock (gate)
        {
            if (waiting.First is not { } first)
            {
                free++;
                return;
            }
            waiting.Remove(first);
            next = first.Value;
        }
        next.SetResult(new(this));
    }

    /// <summary>A song's place.</summary>
    public sealed class Place(SongQueue queue) : IDisposable
    {
        private SongQueue? queue = queue;

        public void Dispose() => Interlocked.Exchange(ref queue, null)?.Leave();
    }
}
