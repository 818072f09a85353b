using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>1 minus the mean cosine between projected hidden states and speech features.</summary>
internal static class ProjectionLoss
{
    /// <summary>Its share in the total loss of the released training.</summary>
    public const double Weight = 0.5;

    /// <param name="projected"><c>[batch, frames, width]</c>.</param>
    /// <param name="features">Any number of frames, interpolated linearly, <c>[batch, frames', width]</c>.</param>
    public static Tensor Compute(Tensor projected, Tensor features)
    {
        using var scope = NewDisposeScope();
        Tensor target = features;
        if (features.shape[1] != projected.shape[1])
        {
            target = nn.functional.interpolate(features.transpose(1, 2), [projected.shape[1]],
                mode: InterpolationMode.Linear, align_corners: false).transpose(1, 2);
        }
        return nn.functional.cosine_similarity(projected, target, -1).mean().neg().Plus(1).MoveToOuterDisposeScope();
    }
}
