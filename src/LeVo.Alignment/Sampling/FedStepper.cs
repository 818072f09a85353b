using LeVo.Core.Engines;

namespace LeVo.Alignment.Sampling;

/// <summary>A session's model whose logits someone else computes, for many sessions at once.</summary>
internal sealed class FedStepper : ILogitsStepper
{
    private float[] conditional = [], unconditional = [];

    /// <summary>Sets what the next step answers, each <c>[K, classes]</c>.</summary>
    public void Feed(ReadOnlySpan<float> given, ReadOnlySpan<float> without) =>
        (conditional, unconditional) = (given.ToArray(), without.ToArray());

    public void Prefill(ReadOnlySpan<int> columns, Span<float> conditional, Span<float> unconditional,
        Action<int>? heard = null, CancellationToken cancellationToken = default) => Answer(conditional, unconditional);

    public void Step(ReadOnlySpan<int> column, Span<float> conditional, Span<float> unconditional) =>
        Answer(conditional, unconditional);

    public void Dispose()
    {
    }

    private void Answer(Span<float> given, Span<float> without)
    {
        conditional.CopyTo(given);
        unconditional.CopyTo(without);
    }
}
