using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Provides the values of a checkpoint, which the caller owns.</summary>
internal sealed class CheckpointTensorSource(ICheckpoint file) : ITensorSource
{
    public Tensor? Find(TensorInfo tensor) => file.Tensors.ContainsKey(tensor.Name) ? file.Load(tensor.Name) : null;
}
