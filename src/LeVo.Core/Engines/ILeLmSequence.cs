namespace LeVo.Core.Engines;

/// <summary>
/// The state of one song in an engine: takes columns of ids and returns the logits of both guidance branches. Owns
/// the KV caches. Not thread-safe. Implemented by the libtorch engine and the quantised CPU engine.
/// </summary>
internal interface ILeLmSequence : IDisposable
{
    /// <summary>Processes the conditions.</summary>
    /// <param name="progress">Receives the number of processed positions from time to time, or null.</param>
    /// <param name="cancellationToken">Cancels between two chunks of the conditions; the sequence cannot be used
    /// afterwards.</param>
    void ReadPrefix(Action<int>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Appends columns, the same in both branches, and computes the logits of the last one.</summary>
    /// <param name="columns">Ids <c>[K, columns]</c>, at least one column.</param>
    /// <param name="conditional">Receives the logits of the last column given the conditions, <c>[K,
    /// classes]</c>.</param>
    /// <param name="unconditional">Receives the logits given the conditions of the guidance branch, <c>[K,
    /// classes]</c>.</param>
    /// <param name="heads">The heads whose logits are needed; the other logits are undefined.</param>
    /// <param name="cancellationToken">Cancels between two chunks of columns; the sequence cannot be used
    /// afterwards.</param>
    void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        LeLmHeads heads = LeLmHeads.All, CancellationToken cancellationToken = default);

    /// <summary>Announces the mixed ids of the next columns, so that an engine can process them in one pass before their
    /// other ids are known. <see cref="Read"/> still gets every column.</summary>
    /// <param name="mixed">Mixed ids of the columns after those that were read or announced.</param>
    void Announce(ReadOnlySpan<int> mixed)
    {
    }
}
