using LeVo.Core.Listings;
using LeVo.Core.Numerics;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>
/// Random initial values for training from scratch, determined by the seed and each tensor's name, independent of the
/// order of creation.
/// </summary>
internal sealed class RandomTensorSource(long seed) : ITensorSource
{
    public Tensor? Find(TensorInfo tensor)
    {
        (long[] shape, TensorInit init) = (tensor.Shape, tensor.Init);
        if (init.Kind == InitKind.Computed)
            return null;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed ^ Fnv1a.Hash(tensor.Name));
        using Scalar scale = init.Scale.ToScalar();
        Tensor values = init.Kind switch
        {
            InitKind.Constant => full(shape, scale),
            InitKind.Normal => randn(shape, generator: generator).mul(scale),
            // The inverse of the cumulative normal distribution, restricted to -3 to 3 standard deviations.
            InitKind.TruncatedNormal =>
                Symmetric(shape, generator).Times(0.99730020393674).erfinv().Times(Math.Sqrt(2) * init.Scale),
            InitKind.Uniform => Symmetric(shape, generator).mul(scale),
            _ => throw new ArgumentOutOfRangeException(nameof(tensor)),
        };
        if (init.ZeroRow is long row)
            values[row].zero_();
        return values.MoveToOuterDisposeScope();
    }

    /// <summary>Uniform between -1 and 1.</summary>
    private static Tensor Symmetric(long[] shape, Generator generator) =>
        rand(shape, generator: generator).Times(2).Plus(-1);
}
