using LeVo.Core.Listings;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Where the values of a model's parameters come from: a checkpoint, initial values, a test's rule.</summary>
internal interface ITensorSource
{
    /// <summary>The values of a tensor, owned by the caller, in whatever type and shape they are stored; null when the
    /// source has none.</summary>
    Tensor? Find(TensorInfo tensor);
}
