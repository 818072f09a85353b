using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>Divergence of the encoder's distribution from the standard normal one, up to the factor ½.</summary>
internal static class VaeKl
{
    /// <summary>Mean over batch and time of Σ over channels of mean² + var - ln var - 1; inputs <c>[batch, Z, frames]</c>.</summary>
    public static Tensor Compute(Tensor mean, Tensor scale)
    {
        using var scope = NewDisposeScope();
        Tensor variance = scale.Squared();
        return (mean.Squared().Plus(variance) - variance.log()).Plus(-1).sum(1).mean().MoveToOuterDisposeScope();
    }
}
