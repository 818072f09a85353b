using LeVo.Alignment.Policy;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>The hidden states from which a codebook's logits are computed.</summary>
/// <param name="Codebook">The codebook, from 0.</param>
/// <param name="Hidden">Hidden states of every position, <c>[batch, prefix + columns, width]</c>; the last column, which is
/// not used, may be absent.</param>
/// <param name="Head">Computes logits <c>[batch, positions, classes]</c> of <c>[batch, positions, width]</c>.</param>
internal sealed record HeadInput(int Codebook, Tensor Hidden, Func<Tensor, Tensor> Head)
{
    /// <summary>Whether the logarithms of the probabilities are stored for the backward pass instead of computed again.</summary>
    public bool KeepsActivations { get; init; }
}

/// <summary>
/// Computes log-probabilities of a song's codes under the model's logits, for the training loss and preference
/// optimisation. Empty cells (the special id has no class) are 0; the end token is an ordinary class. Differentiable.
/// </summary>
/// <remarks>
/// The logits of a whole song are large. They are computed for a limited number of frames at a time; where activations are
/// recomputed, they are larger than everything else that training would store, and computed again as well.
/// </remarks>
internal static class SequenceLogProbabilities
{
    /// <summary>log p of every code, <c>[batch, inputs, frames]</c>.</summary>
    /// <param name="inputs">The codebooks.</param>
    /// <param name="prefix">Number of positions before the first column.</param>
    /// <param name="codes">The codes before delaying, int64 <c>[batch, codebooks, frames]</c>.</param>
    /// <param name="pattern">The delay pattern of this many frames.</param>
    /// <param name="specialId">The id of empty cells.</param>
    /// <param name="rows">Frames of all songs whose logits are computed at once.</param>
    public static Tensor Compute(IReadOnlyList<HeadInput> inputs, long prefix, Tensor codes, DelayPattern pattern,
        long specialId, int rows = ActivationMemory.LogitRows)
    {
        using var scope = NewDisposeScope();
        int frames = (int)Math.Max(1, rows / codes.size(0));
        return stack([.. inputs.Select(input => Row(input, prefix, codes, pattern, specialId, frames))], 1)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The input of every codebook.</summary>
    public static HeadInput[] Inputs(LeLm model, Tensor mixedHidden, Tensor trackHidden) =>
    [
        .. Enumerable.Range(0, model.Config.Codebooks).Select(q => Input(model, q, q == 0 ? mixedHidden : trackHidden)),
    ];

    /// <summary>The input of one codebook.</summary>
    public static HeadInput Input(LeLm model, int codebook, Tensor hidden) =>
        new(codebook, hidden, positions => model.Logits(codebook, positions)) { KeepsActivations = !model.CheckpointActivations };

    /// <summary>The input of one codebook under guidance. The hidden states of the first half of the batch are given the
    /// conditions, those of the second half are of the same songs without.</summary>
    public static HeadInput Guided(LeLm model, int codebook, Tensor hidden, double guidance)
    {
        (long songs, long width) = (hidden.size(0) / 2, hidden.size(2));
        return new(codebook, cat([hidden.narrow(0, 0, songs), hidden.narrow(0, songs, songs)], 2), positions =>
        {
            using var scope = NewDisposeScope();
            Tensor conditional = model.Logits(codebook, positions.narrow(2, 0, width)),
                unconditional = model.Logits(codebook, positions.narrow(2, width, width));
            return unconditional.Plus((conditional - unconditional).Times(guidance)).MoveToOuterDisposeScope();
        });
    }

    /// <summary>log p of whole songs by codebook, [batch, codebooks], for preference optimisation.</summary>
    public static Tensor Sum(Tensor each) => each.sum(2);

    /// <summary>Mean negative log-probability by codebook over a batch's non-empty cells, [codebooks].</summary>
    public static Tensor NegativeLogLikelihood(Tensor each, Tensor codes, long specialId)
    {
        using var scope = NewDisposeScope();
        Tensor counts = codes.IsNot(specialId).to(each.dtype).sum((long[])[0, 2]).clamp_min(Scalars.One);
        return (-each.sum((long[])[0, 2]) / counts).MoveToOuterDisposeScope();
    }

    private static Tensor Row(
        HeadInput input, long prefix, Tensor codes, DelayPattern pattern, long specialId, int framesAtOnce)
    {
        long[] positions =
            [.. Enumerable.Range(0, pattern.Frames).Select(frame => prefix + pattern.ColumnOf(input.Codebook, frame) - 1)];
        if (positions.Length > 0 && positions.Max() >= input.Hidden.size(1))
            throw new ArgumentException($"{input.Hidden.size(1)} positions are less than {positions.Max() + 1}.", nameof(input));
        Tensor hidden = input.Hidden.index_select(1, tensor(positions, device: input.Hidden.device));
        var parts = new List<Tensor>();
        for (int start = 0; start < pattern.Frames; start += framesAtOnce)
        {
            int count = Math.Min(framesAtOnce, pattern.Frames - start);
            // As numbers: the backward pass, which needs them again, may run after the batch's tensors are released.
            long[] targets = codes.select(1, input.Codebook).narrow(1, start, count).to(CPU).contiguous().data<long>().ToArray();
            Tensor part = hidden.narrow(1, start, count);
            parts.Add(input.KeepsActivations ? Compute(part) : ActivationCheckpoint.Run(part, Compute));

            Tensor Compute(Tensor states) => LogProbabilities(input.Head(states), targets, specialId);
        }
        return cat([.. parts], 1);
    }

    /// <summary>log p of targets <c>[batch, frames]</c> under logits <c>[batch, frames, classes]</c>.</summary>
    private static Tensor LogProbabilities(Tensor logits, long[] targets, long specialId)
    {
        using var scope = NewDisposeScope();
        using (logits)
        {
            Tensor losses = nn.functional.cross_entropy(logits.reshape(-1, logits.size(2)),
                tensor(targets, device: logits.device), ignore_index: specialId, reduction: nn.Reduction.None);
            return (-losses).view(logits.size(0), -1).MoveToOuterDisposeScope();
        }
    }
}
