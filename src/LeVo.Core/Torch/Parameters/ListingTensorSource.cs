using LeVo.Core.Listings;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Shapes without values: builds a model of any size without taking memory, to list its parameters.</summary>
internal sealed class ListingTensorSource : ITensorSource
{
    public Tensor Find(string name, long[] shape, ParameterInit init) => empty(shape, device: META);
}
