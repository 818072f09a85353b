using LeVo.Codec.Model;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>
/// Tensors of a window that are the same in all steps. Rotary positions work on adjacent pairs:
/// (x₂ᵢ, x₂ᵢ₊₁) is a complex number turned by t·10000^(-2i/width).
/// </summary>
/// <param name="Turns">Unit complex numbers <c>[frames, 1, 1, headWidth / 2]</c>.</param>
/// <param name="Mask">Added to attention scores <c>[rows, 1, frames, frames]</c>, or null when all frames are valid.</param>
internal readonly record struct WindowTables(Tensor Turns, Tensor? Mask)
{
    /// <param name="config">Sizes.</param>
    /// <param name="valid">True where a frame exists, <c>[rows, frames]</c>.</param>
    public static WindowTables Create(EstimatorConfig config, Tensor valid)
    {
        long frames = valid.shape[1];
        if (frames > config.Positions)
            throw new ArgumentException($"A window of {frames} frames is longer than the {config.Positions} positions.");
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor exponents = Scalars.Range(config.HeadWidth / 2, float32).Times(2).DividedBy(config.HeadWidth);
        Tensor frequencies = tensor([10_000f]).pow(exponents).reciprocal();
        Tensor angles = outer(Scalars.Range(frames, float32), frequencies);
        Tensor turns = complex(angles.cos(), angles.sin()).view(frames, 1, 1, -1).to(valid.device);
        Tensor? mask = valid.all().item<bool>() ? null : Additive(valid);
        return new(turns.MoveToOuterDisposeScope(), mask?.MoveToOuterDisposeScope());
    }

    // Float32's minimum, not minus infinity: a row with nothing allowed becomes uniform over all frames.
    private static Tensor Additive(Tensor valid)
    {
        Tensor allowed = valid.unsqueeze(1).logical_and(valid.unsqueeze(2)).unsqueeze(1);
        return zeros(allowed.shape, float32, valid.device).masked_fill(allowed.logical_not(), Scalars.Lowest);
    }
}
