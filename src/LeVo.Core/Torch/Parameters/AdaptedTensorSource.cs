using LeVo.Core.Adapters;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Adds adapters to a source's weights, in float32.</summary>
internal sealed class AdaptedTensorSource(ITensorSource source, AdapterSet adapters) : ITensorSource
{
    public Tensor? Find(TensorInfo tensor)
    {
        Tensor? found = source.Find(tensor);
        IReadOnlyList<LowRankPair> pairs = adapters.Of(tensor.Name);
        // The builder reports a tensor of a wrong shape or type.
        if (found is null || pairs.Count == 0 || tensor.Problem(found.shape, found.dtype, found.is_floating_point()) is not null)
            return found;
        using (found)
        using (NewDisposeScope())
        {
            Tensor sum = found.to(float32, CPU);
            foreach (LowRankPair pair in pairs)
            {
                Tensor a = TorchSharp.torch.tensor(pair.A, [pair.Rank, tensor.Shape[1]], device: CPU);
                Tensor b = TorchSharp.torch.tensor(pair.B, [tensor.Shape[0], pair.Rank], device: CPU);
                sum = sum.Plus(b.mm(a).Times(pair.Scale));
            }
            return sum.MoveToOuterDisposeScope();
        }
    }
}
