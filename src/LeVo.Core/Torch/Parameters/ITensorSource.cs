using LeVo.Core.Listings;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Where the values of a model's parameters come from: a checkpoint, a random start, a test's rule.</summary>
internal interface ITensorSource
{
    /// <summary>The tensor of this state-dict name, owned by the caller, in whatever type and shape it is stored; null when
    /// the source has none.</summary>
    Tensor? Find(string name, long[] shape, ParameterInit init);
}
