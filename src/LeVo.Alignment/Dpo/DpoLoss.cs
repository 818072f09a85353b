using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Dpo;

/// <summary>Log-probabilities of a batch of songs by stream.</summary>
/// <param name="Sums">Sums over the tokens, float <c>[songs, 3]</c>: mixed, vocal, accompaniment.</param>
/// <param name="Counts">Number of tokens in the sums, including end tokens, float <c>[songs, 3]</c>.</param>
internal sealed record StreamLogProbabilities(Tensor Sums, Tensor Counts)
{
    /// <summary>Sums over the tokens of the frames that are compared, float <c>[songs, 3]</c>.</summary>
    public Tensor ComparedSums { get; init; } = Sums;

    /// <summary>Number of these tokens, float <c>[songs, 3]</c>.</summary>
    public Tensor ComparedCounts { get; init; } = Counts;
}

/// <summary>
/// The loss and the metrics of a batch of pairs; the tensors are owned by the caller's dispose scope.
/// </summary>
/// <param name="Loss">Mean over the pairs, scalar, differentiable.</param>
/// <param name="Metrics">Scalars without gradient: <c>rewards/chosen</c>, <c>rewards/rejected</c>,
/// <c>rewards/margins</c>, <c>rewards/accuracies</c> (ties count half), <c>drift</c> (mean absolute log-ratio to the
/// reference per token).</param>
internal sealed record DpoTerms(Tensor Loss, IReadOnlyList<(string Name, Tensor Value)> Metrics);

/// <summary>
/// Direct preference optimisation (paper, section 3.5) as a pure function of the log-probabilities of the policy
/// (with gradients) and of the reference (without gradients).
/// </summary>
internal static class DpoLoss
{
    /// <summary>Computes the loss of pairs; row i of all four arguments belongs to pair i.</summary>
    /// <exception cref="ArgumentException">Shapes differ, or an option is out of range.</exception>
    public static DpoTerms Compute(StreamLogProbabilities policyChosen, StreamLogProbabilities policyRejected,
        StreamLogProbabilities referenceChosen, StreamLogProbabilities referenceRejected, DpoOptions options)
    {
        options.Validate();
        CheckShapes(policyChosen, policyRejected, referenceChosen, referenceRejected);
        using var scope = NewDisposeScope();
        (Tensor chosen, Tensor chosenTokens) = Compared(policyChosen, options);
        (Tensor rejected, Tensor rejectedTokens) = Compared(policyRejected, options);
        Tensor chosenRatio = chosen - Compared(referenceChosen, options).LogProbability.detach();
        Tensor rejectedRatio = rejected - Compared(referenceRejected, options).LogProbability.detach();
        if (options.LengthNormalized)
        {
            chosenRatio = chosenRatio / chosenTokens;
            rejectedRatio = rejectedRatio / rejectedTokens;
        }
        Tensor margin = chosenRatio - rejectedRatio;
        Tensor loss = Objective(margin, options).mean();
        if (options.SftWeight > 0)
        {
            (Tensor whole, Tensor wholeTokens) = Select(policyChosen.Sums, policyChosen.Counts, options.Kept);
            loss = loss - (whole / wholeTokens).mean().Times(options.SftWeight);
        }
        (string, Tensor)[] metrics =
        [
            ("rewards/chosen", chosenRatio.mean().Times(options.Beta)),
            ("rewards/rejected", rejectedRatio.mean().Times(options.Beta)),
            ("rewards/margins", margin.mean().Times(options.Beta)),
            ("rewards/accuracies", margin.sign().Times(0.5).Plus(0.5).mean()),
            ("drift", Drift(chosenRatio, chosenTokens, rejectedRatio, rejectedTokens, options.LengthNormalized)),
        ];
        return new(loss.MoveToOuterDisposeScope(),
            [.. metrics.Select(m => (m.Item1, m.Item2.detach().MoveToOuterDisposeScope()))]);
    }

    private static Tensor Objective(Tensor margin, DpoOptions options)
    {
        if (options.Objective == DpoObjective.Ipo)
            return margin.Plus(-1 / (2 * options.Beta)).Squared();
        Tensor scaled = margin.Times(options.Beta);
        Tensor right = -nn.functional.logsigmoid(scaled);
        return options.LabelSmoothing == 0
            ? right
            : right.Times(1 - options.LabelSmoothing) - nn.functional.logsigmoid(-scaled).Times(options.LabelSmoothing);
    }

    private static Tensor Drift(
        Tensor chosen, Tensor chosenTokens, Tensor rejected, Tensor rejectedTokens, bool isPerToken) => isPerToken
        ? chosen.abs().mean().Plus(rejected.abs().mean()).DividedBy(2)
        : (chosen / chosenTokens).abs().mean().Plus((rejected / rejectedTokens).abs().mean()).DividedBy(2);

    private static (Tensor LogProbability, Tensor Tokens) Compared(StreamLogProbabilities songs, DpoOptions options) =>
        Select(songs.ComparedSums, songs.ComparedCounts, options);

    /// <summary>Sums over the selected streams, each <c>[songs]</c>.</summary>
    private static (Tensor LogProbability, Tensor Tokens) Select(Tensor sums, Tensor counts, DpoOptions options)
    {
        using Tensor index = tensor([.. options.Streams.Select(part => (long)part)], device: sums.device);
        return (sums.index_select(1, index).sum(1), counts.index_select(1, index).sum(1).clamp_min(Scalars.One));
    }

    private static void CheckShapes(params StreamLogProbabilities[] all)
    {
        foreach (Tensor tensor in all.SelectMany(one => new[] { one.Sums, one.Counts, one.ComparedSums, one.ComparedCounts }))
        {
            if (tensor.shape is not [_, 3] || tensor.size(0) != all[0].Sums.size(0))
                throw new ArgumentException(
                    $"Log-probabilities have the shape [{string.Join(", ", tensor.shape)}], not "
                    + $"[pairs, 3] with {all[0].Sums.size(0)} pairs.");
        }
    }
}
