using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Alignment.Training;

/// <summary>Closes a batch of songs of different lengths with an end token each, as the reference does.</summary>
internal static class EndTokens
{
    /// <summary>
    /// Puts the end id behind every song and end id + 1 (empty) into the cells after it. A column is added where the longest song
    /// fills the batch. Where even that is too short, every length shrinks by what is missing, so that the longest fits: the
    /// shorter songs are cut as well, which is the reference's way.
    /// </summary>
    /// <param name="codes">int64 [batch, codebooks, frames]; not changed.</param>
    /// <param name="lengths">Frames of each song.</param>
    /// <param name="endId">The end id.</param>
    /// <returns>Codes and, bool, which cells count (end token included), both [batch, codebooks, frames'].</returns>
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
            throw new ArgumentException($"Lengths of {string.Join(", ", lengths)} don't fit {frames} frames.", nameof(lengths));

        Tensor last = tensor(ends, device: codes.device).view(-1, 1, 1);
        Tensor position = Scalars.Range(frames, int64, codes.device).view(1, 1, -1);
        Tensor closed = where(position.eq(last), endId, codes);
        Tensor valid = position.le(last).expand(closed.shape);
        return (
            where(valid, closed, endId + 1).MoveToOuterDisposeScope(),
            valid.contiguous().MoveToOuterDisposeScope());
    }
}
