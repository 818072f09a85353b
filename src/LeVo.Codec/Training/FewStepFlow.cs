using LeVo.Codec.Flow;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>The flow solved in a few steps of Euler without guidance, with gradients through all of them.</summary>
internal static class FewStepFlow
{
    /// <summary>Where the steps end: normalized latents <c>[batch, frames, Z]</c>; those of context frames don't matter.</summary>
    /// <param name="flow">The decoder.</param>
    /// <param name="streams">Vectors of the codes, one <c>[batch, frames, D]</c> a stream.</param>
    /// <param name="noise">Where the flow starts, <c>[batch, frames, Z]</c>.</param>
    /// <param name="known">Normalized latents of the context, <c>[batch, context, Z]</c>.</param>
    /// <param name="steps">Number of steps.</param>
    public static Tensor Solve(
        FlowMatchingDecoder flow, IReadOnlyList<Tensor> streams, Tensor noise, Tensor known, int steps)
    {
        using var scope = NewDisposeScope();
        long batch = noise.shape[0], frames = noise.shape[1], context = known.shape[1], generated = frames - context;
        Tensor masks = FlowConditions.Masks(batch, frames, frames, context, noise.device);
        Tensor features = flow.Conditions.MaskFeatures(masks);
        Tensor given = cat([known, zeros_like(noise.narrow(1, context, generated))], 1);
        Tensor condition = flow.Conditions.Condition(streams, masks);
        WindowTables tables = WindowTables.Create(flow.Config, masks.IsNot(FrameKind.Absent));
        Tensor x = noise, contextNoise = noise.narrow(1, 0, context);
        for (int k = 0; k < steps; k++)
        {
            float t = (float)k / steps;
            Tensor noised = contextNoise.Times(1 - (1 - FlowMatchingDecoder.Sigma) * t).Plus(known.Times(t));
            Tensor point = cat([noised, x.narrow(1, context, generated)], 1);
            TimeConditions time = flow.Estimator.Time(tensor([t], device: noise.device));
            Tensor velocity = flow.Estimator.Velocity(cat([features, given, condition, point], -1), time, tables);
            x = point.Plus(velocity.DividedBy(steps));
        }
        return x.MoveToOuterDisposeScope();
    }
}
