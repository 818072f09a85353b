using LeVo.Codec.Model;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>
/// The velocity in one window, with classifier-free guidance: v = v₀ + g (v₁ - v₀), where v₁ knows the codes and v₀ does not. A step
/// that evaluates v₁ alone takes the last difference of the two.
/// </summary>
internal sealed class GuidedVelocity : IDisposable
{
    private readonly FlowEstimator estimator;
    private readonly FlowSettings settings;
    private readonly Tensor input, conditional;
    private readonly WindowTables tables, conditionalTables;
    private readonly Scalar guidance, added;
    private readonly long batch;
    private Tensor? difference;

    /// <param name="estimator">The network.</param>
    /// <param name="settings">The solver.</param>
    /// <param name="input">[ e | y | μ | x ], x still empty; with guidance a first half whose μ is zero. Owned by the caller.</param>
    /// <param name="valid">True where a frame exists, <c>[batch, frames]</c>.</param>
    public GuidedVelocity(FlowEstimator estimator, FlowSettings settings, Tensor input, Tensor valid)
    {
        (this.estimator, this.settings, this.input) = (estimator, settings, input);
        batch = valid.shape[0];
        long rows = input.shape[0];
        conditional = input.narrow(0, rows - batch, batch);
        using Tensor all = valid.repeat(rows / batch, 1);
        tables = WindowTables.Create(estimator.Config, all);
        conditionalTables = tables with { Mask = tables.Mask?.narrow(0, rows - batch, batch) };
        (guidance, added) = (settings.Guidance.ToScalar(), (settings.Guidance - 1).ToScalar());
    }

    /// <summary>The velocity <c>[batch, frames, Z]</c> at a step. Temporary tensors are in the caller's scope of the step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="time">Its time.</param>
    /// <param name="x">The latents so far, <c>[batch, frames, Z]</c>.</param>
    /// <param name="beforeStep">Called before the network, or null.</param>
    public Tensor At(int step, float time, Tensor x, Action<FlowStep>? beforeStep)
    {
        bool both = settings.EvaluatesBoth(step);
        Tensor rows = both ? input : conditional;
        long z = x.shape[2];
        rows.narrow(2, rows.shape[2] - z, z).copy_(both ? x.repeat(2, 1, 1) : x);
        beforeStep?.Invoke(new(step, settings.Steps, time, rows));
        TimeConditions conditions = estimator.Time(tensor([time], device: x.device));
        Tensor velocity = estimator.Velocity(rows, conditions, both ? tables : conditionalTables);
        if (both)
        {
            Tensor free = velocity.narrow(0, 0, batch);
            Tensor next = velocity.narrow(0, batch, batch) - free;
            velocity = free.add(next, guidance);
            difference?.Dispose();
            difference = settings.GuidanceEvery > 1 ? next.DetachFromDisposeScope() : null;
        }
        else if (difference is not null && settings.IsGuided(step))
        {
            velocity = velocity.add(difference, added);
        }
        return velocity;
    }

    /// <summary>Frees what it keeps from step to step.</summary>
    public void Dispose()
    {
        difference?.Dispose();
        conditional.Dispose();
        conditionalTables.Mask?.Dispose();
        tables.Mask?.Dispose();
        tables.Turns.Dispose();
        guidance.Dispose();
        added.Dispose();
    }
}
