namespace LeVo.Core.Engines;

/// <summary>
/// The language model as one session sees it: columns in, logits of both guidance branches out. Owns what the session
/// has read so far (the KV cache); not for concurrent use. LibTorch and the quantised CPU engine implement it.
/// </summary>
internal interface ILogitsStepper : IDisposable
{
    /// <summary>Reads the conditions and the first columns.</summary>
    /// <param name="columns">Ids <c>[K, columns]</c>, at least one column.</param>
    /// <param name="conditional">Receives the logits of the last position given the conditions, <c>[K,
    /// classes]</c>.</param>
    /// <param name="unconditional">Receives the logits given null conditions, <c>[K, classes]</c>.</param>
    /// <param name="heard">Told now and then how many positions of the conditions have been read.</param>
    /// <param name="cancellationToken">Stops between two pieces of the conditions; the stepper is of no use
    /// then.</param>
    void Prefill(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        Action<int>? heard = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one more column, the same in both branches.</summary>
    /// <param name="column">Ids <c>[K]</c>.</param>
    /// <param name="conditional">Receives <c>[K, classes]</c>.</param>
    /// <param name="unconditional">Receives <c>[K, classes]</c>.</param>
    void Step(ReadOnlySpan<int> column, Span<float> conditional, Span<float> unconditional);
}
