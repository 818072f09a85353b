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
            InitKind.TruncatedNormal => randn(shape, generator: generator).clamp(-3, 3) * init.Scale,
            InitKind.Uniform => (rand(shape, generator: generator) * 2 - 1) * init.Scale,
            _ => throw new ArgumentOutOfRangeException(nameof(init)),
        };
        if (init.ZeroRow is long row)
            values[row].zero_();
        return values.MoveToOuterDisposeScope();
    }
}
