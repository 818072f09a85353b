using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.GpuChecks;

/// <summary>Random weights, made on the device in the type that they are used in.</summary>
internal sealed class RandomWeights(Device device, ScalarType type) : ITensorSource
{
    public Tensor? Find(TensorInfo tensor)
    {
        if (tensor.Init.Kind == InitKind.Computed)
            return null;
        using var scope = NewDisposeScope();
        // One of the standard deviations of the initial values would do: no song is heard.
        Tensor values = tensor.Init.Kind == InitKind.Constant
            ? ones(tensor.Shape, type, device).Times(tensor.Init.Scale)
            : randn(tensor.Shape, type, device).Times(tensor.Init.Scale);
        return values.MoveToOuterDisposeScope();
    }
}
