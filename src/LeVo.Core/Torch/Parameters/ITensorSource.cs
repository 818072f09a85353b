using LeVo.Core.Listings;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>
/// Provides the values of a model's parameters, for example from a checkpoint or an initialisation.
/// </summary>
internal interface ITensorSource
{
    /// <summary>
    /// Returns the values of a tensor in their stored type and shape, owned by the caller, or null when the source
    /// has none.
    /// </summary>
    Tensor? Find(TensorInfo tensor);
}
