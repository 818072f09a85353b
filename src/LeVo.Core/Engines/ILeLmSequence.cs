namespace LeVo.Core.Engines;

/// <summary>
/// One song's state in an engine: columns of ids in, logits of both guidance branches out. Owns the KV caches; not for
/// concurrent use. LibTorch and the quantised CPU engine implement it.
/// </summary>
internal interface ILeLmSequence : IDisposable
{
    /// <summary>Reads the conditions.</summary>
    /// <param name="progress">Receives now and then the number of positions that have been read, or null.</param>
    /// <param name="cancellationToken">Stops between two parts of the conditions; the sequence cannot be used
    /// then.</param>
    void ReadPrefix(Action<int>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Reads columns, the same in both branches, after those that were read before.</summary>
    /// <param name="columns">Ids <c>[K, columns]</c>, at least one column.</param>
    /// <param name="conditional">Receives the logits of the last column given the conditions, <c>[K, classes]</c>.</param>
    /// <param name="unconditional">Receives the logits given the conditions of the guidance branch,
    /// <c>[K, classes]</c>.</param>
    /// <param name="cancellationToken">Stops between two parts of many columns; the sequence cannot be used then.</param>
    void Read(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        CancellationToken cancellationToken = default);
}
