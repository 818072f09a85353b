using LeVo.Core.Tokens;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// Computes log-probabilities of a song's codes under the model's logits, for the training loss and preference
/// optimisation. Empty cells (the special id has no class) are 0; the end token is an ordinary class. Differentiable.
/// </summary>
internal static class SequenceLogProbabilities
{
    /// <summary>log p of every code, [batch, codebooks, frames].</summary>
    /// <param name="logits">Logits of every column of the delayed sequence, [batch, codebooks, columns, classes]; the
    /// last column, which is not used, may be absent.</param>
    /// <param name="codes">The codes before delaying, int64 [batch, codebooks, frames].</param>
    /// <param name="pattern">The delay pattern of this many frames.</param>
    /// <param name="specialId">The id of empty cells.</param>
    public static Tensor Compute(Tensor logits, Tensor codes, DelayPattern pattern, long specialId)
    {
        using var scope = NewDisposeScope();
        long batch = logits.size(0), columns = logits.size(2), classes = logits.size(3);
        if (columns < pattern.Columns - 1)
            throw new ArgumentException($"{columns} columns are less than {pattern.Columns - 1}.", nameof(logits));
        // The targets are aligned with the logits rather than vice versa, because they are smaller by a factor of the
        // number of classes.
        using Scalar empty = specialId.ToScalar();
        Tensor flat = cat([codes.reshape(batch, -1), codes.new_full([batch, 1], empty)], 1);
        Tensor targets = flat.index_select(1, TargetIndex(pattern, (int)columns, codes.device));
        Tensor each = -nn.functional.cross_entropy(logits.reshape(-1, classes), targets.reshape(-1),
            ignore_index: specialId, reduction: nn.Reduction.None);
        Tensor index = tensor(pattern.LogitsIndex((int)columns), device: codes.device);
        return each.view(batch, -1).index_select(1, index).view(codes.shape).MoveToOuterDisposeScope();
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

    /// <summary>
    /// For each output cell [codebooks, columns] the index in [codebooks, frames] of the code it predicts; one past
    /// the end if it predicts none.
    /// </summary>
    private static Tensor TargetIndex(DelayPattern pattern, int columns, Device device)
    {
        var targets = new long[pattern.Codebooks * columns];
        Array.Fill(targets, (long)pattern.Codebooks * pattern.Frames);
        long[] outputs = pattern.LogitsIndex(columns);
        for (int code = 0; code < outputs.Length; code++)
            targets[outputs[code]] = code;
        return tensor(targets, device: device);
    }
}
