namespace LeVo.Core.Engines;

/// <summary>A sequence that keeps its engine in use: the lease is disposed once, after the sequence.</summary>
/// <param name="sequence">The sequence, owned by this one.</param>
/// <param name="lease">The use of the engine, owned by this one.</param>
internal sealed class LeasedSequence(ILeLmSequence sequence, IDisposable lease) : ILeLmSequence
{
    private IDisposable? lease = lease;

    public void ReadPrefix(Action<int>? progress, CancellationToken cancellationToken) =>
        sequence.ReadPrefix(progress, cancellationToken);

    public void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional, LeLmHeads heads,
        CancellationToken cancellationToken) =>
        sequence.Read(columns, conditional, unconditional, heads, cancellationToken);

    public void Announce(ReadOnlySpan<int> mixed) => sequence.Announce(mixed);

    public void Dispose()
    {
        sequence.Dispose();
        Interlocked.Exchange(ref lease, null)?.Dispose();
    }
}
