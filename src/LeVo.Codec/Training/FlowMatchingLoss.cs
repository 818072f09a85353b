using LeVo.Codec.Flow;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Flow matching: on the straight path y(t) = (1 - (1 - σ) t) z + t x₁ from noise to latents the velocity is
/// u = x₁ - (1 - σ) z. Frames to be generated count fully, given ones not at all, absent ones by a hundredth.
/// </summary>
internal static class FlowMatchingLoss
{
    private const double AbsentWeight = 0.01;

    /// <summary>The loss, a scalar.</summary>
    /// <param name="flow">The decoder in training.</param>
    /// <param name="batch">The step's inputs.</param>
    /// <param name="hiddenStates">Collects the input of every block, or null.</param>
    public static Tensor Compute(FlowMatchingDecoder flow, FlowTrainingBatch batch, ICollection<Tensor>? hiddenStates = null)
    {
        using var scope = NewDisposeScope();
        Tensor features = flow.Conditions.MaskFeatures(batch.Masks);
        Tensor context = batch.Latents * batch.Masks.Is(FrameKind.Context).unsqueeze(-1);
        Tensor condition = flow.Conditions.Condition(batch.Streams, batch.Masks);
        if (batch.Kept is not null)
            condition = condition * batch.Kept.view(-1, 1, 1);
        List<Tensor>? states = hiddenStates is null ? null : [];
        Tensor loss = Compute(flow.Estimator, features, context, condition, batch, states);
        states?.ForEach(state => hiddenStates!.Add(state.MoveToOuterDisposeScope()));
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>The same with the estimator's inputs ready.</summary>
    public static Tensor Compute(FlowEstimator estimator, Tensor maskFeatures, Tensor context, Tensor condition,
        FlowTrainingBatch batch, ICollection<Tensor>? hiddenStates = null)
    {
        using var scope = NewDisposeScope();
        const double Shrink = 1 - (double)FlowMatchingDecoder.Sigma;
        Tensor t = batch.Times.view(-1, 1, 1);
        Tensor point = (t.Times(-Shrink).Plus(1) * batch.Noise).Plus(t * batch.Latents);
        Tensor target = batch.Latents - batch.Noise.Times(Shrink);
        Tensor input = cat([maskFeatures, context, condition, point], -1);
        WindowTables tables = WindowTables.Create(estimator.Config, batch.Masks.IsNot(FrameKind.Absent));
        List<Tensor>? states = hiddenStates is null ? null : [];
        Tensor velocity = estimator.Velocity(input, estimator.Time(batch.Times), tables, states);
        states?.ForEach(state => hiddenStates!.Add(state.MoveToOuterDisposeScope()));
        return Weighted(velocity, target, batch.Masks).MoveToOuterDisposeScope();
    }

    /// <summary>Σ(w (v - u))² / Σw: the weight is squared above and not below, as in the original.</summary>
    public static Tensor Weighted(Tensor velocity, Tensor target, Tensor masks)
    {
        using var scope = NewDisposeScope();
        Tensor weights = masks.Is(FrameKind.Generated).to(velocity.dtype)
            .Plus(masks.Is(FrameKind.Absent).to(velocity.dtype).Times(AbsentWeight)).unsqueeze(-1);
        Tensor squares = ((velocity - target) * weights).Squared().sum();
        return (squares / weights.sum().Times(velocity.shape[2])).MoveToOuterDisposeScope();
    }
}
