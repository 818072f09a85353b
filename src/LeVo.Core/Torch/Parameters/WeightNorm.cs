using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Weight normalisation, W = v g / |v|, the norm over all dimensions but the first (no epsilon).</summary>
internal static class WeightNorm
{
    public static Tensor Norm(Tensor v)
    {
        using var scope = NewDisposeScope();
        long[] dims = [.. Enumerable.Range(1, (int)v.dim() - 1).Select(d => (long)d)];
        return v.Squared().sum(dims, keepdim: true).sqrt().MoveToOuterDisposeScope();
    }

    public static Tensor Fold(Tensor v, Tensor g)
    {
        using var scope = NewDisposeScope();
        return (v * (g / Norm(v))).MoveToOuterDisposeScope();
    }
}
