using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Training;

/// <summary>Random weights that are made quickly: a few values, again and again, in the type that they are used in.</summary>
internal sealed class TiledValues(ScalarType type) : ITensorSource
{
    private const long Values = 1_000_003;

    public Tensor? Find(TensorInfo tensor)
    {
        if (tensor.Init.Kind == InitKind.Computed)
            return null;
        using var scope = NewDisposeScope();
        double scale = tensor.Init.Scale;
        Tensor tile = (tensor.Init.Kind == InitKind.Constant ? ones(Values) : randn(Values)).Times(scale).to(type);
        Tensor all = empty(tensor.Shape, type);
        Tensor flat = all.view(-1);
        for (long start = 0; start < flat.numel(); start += Values)
        {
            long count = Math.Min(Values, flat.numel() - start);
            flat.narrow(0, start, count).copy_(tile.narrow(0, 0, count));
        }
        return all.MoveToOuterDisposeScope();
    }
}
