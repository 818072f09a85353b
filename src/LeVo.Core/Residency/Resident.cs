using LeVo.Core.Runtime;

namespace LeVo.Core.Residency;

/// <summary>
/// Parts of a model of which one at a time is to be in memory: whoever loads one frees the others of its group.
/// Thread-safe.
/// </summary>
internal sealed class ResidentGroup
{
    private readonly Lock gate = new();
    private readonly List<IResident> members = [];

    internal void Add(IResident member)
    {
        lock (gate)
            members.Add(member);
    }

    internal void Remove(IResident member)
    {
        lock (gate)
            members.Remove(member);
    }

    internal void FreeOthers(IResident than)
    {
        IResident[] others;
        lock (gate)
            others = [.. members.Where(member => member != than)];
        foreach (IResident other in others)
            other.Free();
    }
}

/// <summary>A part that can be freed and is loaded again when it is needed.</summary>
internal interface IResident
{
    /// <summary>Frees the part, now or when its last user is done.</summary>
    void Free();
}

/// <summary>A part that is loaded when it is first needed, shared by its users, and freed when the group asks for it.
/// Thread-safe.</summary>
/// <typeparam name="T">The loaded part.</typeparam>
internal sealed class Resident<T> : IResident, IDisposable
    where T : class, IDisposable
{
    private readonly Lock gate = new();
    private readonly ResidentGroup group;
    private readonly Func<T> load;
    private T? value;
    private int users;
    private bool unwanted, disposed;

    /// <param name="group">The parts that are freed when this one is loaded.</param>
    /// <param name="load">Loads the part.</param>
    public Resident(ResidentGroup group, Func<T> load)
    {
        (this.group, this.load) = (group, load);
        group.Add(this);
    }

    /// <summary>Whether the part is in memory.</summary>
    public bool IsLoaded
    {
        get
        {
            lock (gate)
                return value is not null;
        }
    }

    /// <summary>The part, loaded if it is not in memory; it stays there at least until the lease is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The part has been disposed.</exception>
    public Lease Rent()
    {
        group.FreeOthers(than: this);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            value ??= load();
            unwanted = false;
            users++;
            return new(this, value);
        }
    }

    public void Free()
    {
        lock (gate)
        {
            unwanted = true;
            FreeUnused();
        }
    }

    /// <summary>Frees the part, and refuses further users.</summary>
    public void Dispose()
    {
        group.Remove(this);
        lock (gate)
        {
            disposed = unwanted = true;
            FreeUnused();
        }
    }

    private void Return()
    {
        lock (gate)
        {
            users--;
            FreeUnused();
        }
    }

    private void FreeUnused()
    {
        if (!unwanted || users > 0 || value is null)
            return;
        value.Dispose();
        value = null;
        NativeHeap.Trim();
    }

    /// <summary>One use of the part.</summary>
    public sealed class Lease(Resident<T> resident, T value) : IDisposable
    {
        private Resident<T>? resident = resident;

        public T Value { get; } = value;

        public void Dispose() => Interlocked.Exchange(ref resident, null)?.Return();
    }
}
