using LeVo.Core.Tokens;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>Applies the delay pattern to batches of tensors, for training. Differentiable.</summary>
internal static class DelayPatternTensors
{
    /// <summary>Arranges codes <c>[batch, K, T]</c> as a sequence <c>[batch, K, S]</c>.</summary>
    public static Tensor Build(this DelayPattern pattern, Tensor codes, long special)
    {
        using var scope = NewDisposeScope();
        long batch = codes.shape[0];
        using Scalar empty = special.ToScalar();
        Tensor flat = cat([codes.reshape(batch, -1), full([batch, 1], empty, codes.dtype, codes.device)], 1);
        Tensor index = tensor(pattern.BuildIndex(), device: codes.device);
        return flat.index_select(1, index).view(batch, pattern.Codebooks, pattern.Columns).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Aligns outputs <c>[batch, K, columns, classes]</c> with the codes they predict: <c>[batch, K, T, classes]</c>.
    /// The last column's output is not used and may be absent.
    /// </summary>
    public static Tensor RevertLogits(this DelayPattern pattern, Tensor logits)
    {
        using var scope = NewDisposeScope();
        long batch = logits.shape[0], columns = logits.shape[2], classes = logits.shape[3];
        if (columns < pattern.Columns - 1)
            throw new ArgumentException($"{columns} columns are less than {pattern.Columns - 1}.", nameof(logits));
        Tensor index = tensor(pattern.LogitsIndex((int)columns), device: logits.device);
        return logits.reshape(batch, -1, classes).index_select(1, index)
            .view(batch, pattern.Codebooks, pattern.Frames, classes).MoveToOuterDisposeScope();
    }
}
