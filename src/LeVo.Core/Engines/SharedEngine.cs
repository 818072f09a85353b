using LeVo.Core.Conditioning;
using LeVo.Core.Model;

namespace LeVo.Core.Engines;

/// <summary>
/// An engine that may be disposed while sequences are in use: the inner engine is disposed with the last sequence.
/// Thread-safe.
/// </summary>
internal sealed class SharedEngine(ILeLmEngine inner) : ILeLmEngine
{
    private readonly Lock gate = new();
    private int sequences;
    private bool disposed;

    public LeLmConfig Config => inner.Config;

    public string Device => inner.Device;

    /// <exception cref="ObjectDisposedException">The engine is disposed.</exception>
    public ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            sequences++;
        }
        try
        {
            return new LeasedSequence(inner.Start(given, absent, columns), new Lease(this));
        }
        catch
        {
            Release();
            throw;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            if (sequences > 0)
                return; // The last sequence disposes the inner engine.
        }
        inner.Dispose();
    }

    private void Release()
    {
        lock (gate)
        {
            if (--sequences > 0 || !disposed)
                return;
        }
        inner.Dispose();
    }

    private sealed class Lease(SharedEngine engine) : IDisposable
    {
        public void Dispose() => engine.Release();
    }
}
