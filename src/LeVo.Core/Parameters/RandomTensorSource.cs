using static TorchSharp.torch;

namespace LeVo.Core.Parameters;

/// <summary>Fresh values for training from scratch, repeatable by seed and independent of the order of creation.</summary>
internal sealed class RandomTensorSource(long seed) : ITensorSource
{
    public Tensor? Find(string name, long[] shape, ParameterInit init)
    {
        if (init.Kind == InitKind.Computed)
            return null;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed ^ Fnv1a.Hash(name));
        Tensor values = init.Kind switch
        {
            InitKind.Constant => full(shape, init.Scale),
            InitKind.Normal => randn(shape, generator: generator) * init.Scale,
            // The inverse of the normal distribution, over the part of it between -3 and 3 standard deviations.
            InitKind.TruncatedNormal =>
                ((rand(shape, generator: generator) * 2 - 1) * 0.99730020393674).erfinv() * (Math.Sqrt(2) * init.Scale),
            InitKind.Uniform => (rand(shape, generator: generator) * 2 - 1) * init.Scale,
            _ => throw new ArgumentOutOfRangeException(nameof(init)),
        };
        if (init.ZeroRow is long row)
            values[row].zero_();
        return values.MoveToOuterDisposeScope();
    }
}
