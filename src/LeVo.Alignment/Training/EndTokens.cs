using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>
/// Appends end tokens to a batch of songs of different lengths, as the reference implementation does.
/// </summary>
internal static class EndTokens
{
    /// <summary>
    /// Appends the end id to every song and fills the cells after it with end id + 1 (empty). A column is added if
    /// the longest song fills the batch. If a length still exceeds the batch, all lengths are reduced by the excess
    /// of the longest, so that shorter songs are truncated as well, as in the reference implementation.
    /// </summary>
    /// <param name="codes">int64 [batch, codebooks, frames]; not changed.</param>
    /// <param name="lengths">Frames of each song.</param>
    /// <param name="endId">The end id.</param>
    /// <returns>The codes and a bool mask of the cells that count (including the end token), both [batch, codebooks,
    /// frames'].</returns>
    /// <exception cref="ArgumentException">A length is missing, or negative after shrinking.</exception>
    public static (Tensor Codes, Tensor Valid) Append(Tensor codes, IReadOnlyList<int> lengths, long endId)
    {
        if (lengths.Count != codes.size(0))
            throw new ArgumentException($"{lengths.Count} lengths for {codes.size(0)} songs.", nameof(lengths));
        using var scope = NewDisposeScope();
        long frames = codes.size(2);
        int longest = lengths.Max();
        if (longest == frames)
        {
            using Scalar end = endId.ToScalar();
            codes = cat([codes, codes.new_full([codes.size(0), codes.size(1), 1], end)], 2);
            frames++;
        }
        long missing = Math.Max(0, longest + 1 - frames);
        long[] ends = [.. lengths.Select(length => length - missing)];
        if (ends.Min() < 0)
            throw new ArgumentException($"Lengths of {string.Join(", ", lengths)} don't match {frames} frames.", nameof(lengths));

        Tensor last = tensor(ends, device: codes.device).view(-1, 1, 1);
        Tensor position = Scalars.Range(frames, int64, codes.device).view(1, 1, -1);
        Tensor closed = where(position.eq(last), endId, codes);
        Tensor valid = position.le(last).expand(closed.shape);
        return (
            where(valid, closed, endId + 1).MoveToOuterDisposeScope(),
            valid.contiguous().MoveToOuterDisposeScope());
    }
}
