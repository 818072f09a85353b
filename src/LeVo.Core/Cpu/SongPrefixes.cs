using LeVo.Core.Conditioning;

namespace LeVo.Core.Cpu;

/// <summary>
/// Lets songs with equal conditions, such as the takes of one song, read them once. The first song reads; songs that start
/// meanwhile wait for it, and use its keys and values. The prefix that was read last stays in memory. Thread-safe.
/// </summary>
internal sealed class SongPrefixes : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];
    private Entry? last;

    /// <summary>Waits until no other song reads these conditions.</summary>
    /// <param name="conditions">The song's conditions.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The right to read them, until it is disposed.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public Turn Enter(ConditionIds conditions, CancellationToken cancellationToken)
    {
        Entry? entry;
        lock (gate)
        {
            entry = entries.Find(known => known.Conditions.HasIdsOf(conditions));
            if (entry is null)
                entries.Add(entry = new(conditions));
            entry.Users++;
        }
        try
        {
            entry.Free.Wait(cancellationToken);
        }
        catch
        {
            Leave(entry);
            throw;
        }
        return new(this, entry);
    }

    public void Dispose()
    {
        foreach (Entry entry in entries)
            entry.Dispose();
    }

    private void Leave(Entry entry)
    {
        lock (gate)
        {
            entry.Users--;
            if (entry.Prefix is not null)
                last = entry;
            foreach (Entry unused in entries.FindAll(known => known.Users == 0 && known != last))
            {
                entries.Remove(unused);
                unused.Dispose();
            }
        }
    }

    /// <summary>A song's right to read its conditions. Songs with equal conditions wait until it is disposed.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly SongPrefixes prefixes;
        private readonly Entry entry;

        internal Turn(SongPrefixes prefixes, Entry entry) => (this.prefixes, this.entry) = (prefixes, entry);

        /// <summary>Lets an empty KV cache use the prefix if a song has read it.</summary>
        public bool TryShare(BranchCache cache)
        {
            if (entry.Prefix is null)
                return false;
            cache.SharePrefix(entry.Prefix);
            return true;
        }

        /// <summary>Keeps the prefix of a KV cache for the next songs.</summary>
        public void Keep(BranchCache cache) => entry.Prefix = cache.Prefix!.Share();

        public void Dispose()
        {
            entry.Free.Release();
            prefixes.Leave(entry);
        }
    }

    /// <summary>The prefix of one set of conditions.</summary>
    internal sealed class Entry(ConditionIds conditions) : IDisposable
    {
        public ConditionIds Conditions { get; } = conditions;

        /// <summary>Whether nobody reads the conditions.</summary>
        public SemaphoreSlim Free { get; } = new(1);

        /// <summary>Songs that read or wait.</summary>
        public int Users { get; set; }

        /// <summary>Keys and values, once they have been read.</summary>
        public BranchPrefix? Prefix { get; set; }

        public void Dispose()
        {
            Free.Dispose();
            Prefix?.Dispose();
        }
    }
}
