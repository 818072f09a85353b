using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>
/// Codes' vectors to latents by flow matching: an ordinary differential equation from noise to latents, solved by Euler's
/// method or one of second order, with classifier-free guidance. Immutable after loading; concurrent calls are safe.
/// </summary>
internal sealed class FlowMatchingDecoder
{
    /// <summary>Noise that remains at time 1 of the training path.</summary>
    public const float Sigma = 1e-4f;

    public FlowMatchingDecoder(ParameterBuilder parameters, FlowTensors tensors, EstimatorConfig config)
    {
        Config = config;
        Conditions = new(parameters, tensors.Inputs, config);
        Normalizer = new(parameters, tensors.Inputs.Normalizer);
        Estimator = new(parameters, tensors.Estimator, config);
    }

    public EstimatorConfig Config { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device => Estimator.Device;

    public FlowConditions Conditions { get; }

    public LatentNormalizer Normalizer { get; }

    public FlowEstimator Estimator { get; }

    /// <summary>Solves one window: latents <c>[batch, Z, frames]</c>, the given ones restored.</summary>
    /// <param name="window">The window.</param>
    /// <param name="settings">Solver settings.</param>
    /// <param name="statistics">The request's copy of the normalizer.</param>
    /// <param name="beforeStep">Called before every step, or null.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public Tensor Solve(FlowWindow window, FlowSettings settings, LatentStatistics statistics,
        Action<FlowStep>? beforeStep = null, CancellationToken cancellationToken = default)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor noise = window.Noise;
        long batch = noise.shape[0], frames = noise.shape[1], context = window.ContextLength;
        Tensor masks = FlowConditions.Masks(batch, frames, window.Length, context, noise.device);
        Tensor known = statistics.Project(window.Given).transpose(1, 2).narrow(1, 0, context);
        using var guided = new GuidedVelocity(
            Estimator, settings, Input(window, masks, known, settings.Guidance > 1), masks.IsNot(FrameKind.Absent));

        using Tensor times = linspace(0, 1, settings.Steps + 1, float32);
        float[] t = times.data<float>().ToArray();
        Tensor x = noise.clone();
        Tensor? previous = null;
        for (int k = 0; k < settings.Steps; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            if (context > 0)
                x.narrow(1, 0, context).copy_(
                    noise.narrow(1, 0, context).Times(1 - (1 - Sigma) * t[k]).Plus(known.Times(t[k])));
            Tensor velocity = guided.At(k, t[k], x, beforeStep);
            float length = t[k + 1] - t[k];
            if (settings.SecondOrder)
            {
                x.AddInPlace(velocity, previous is null ? length : 1.5f * length);
                if (previous is not null)
                    x.AddInPlace(previous, -0.5f * length);
                previous?.Dispose();
                previous = velocity.MoveToOuterDisposeScope();
            }
            else
            {
                x.AddInPlace(velocity, length);
            }
        }
        x.narrow(1, 0, context).copy_(known);
        return statistics.Unproject(x.transpose(1, 2)).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>[ e | y | μ | x ], x still empty; with guidance a first half whose μ is zero.</summary>
    private Tensor Input(FlowWindow window, Tensor masks, Tensor known, bool guided)
    {
        using var scope = NewDisposeScope();
        Tensor features = Conditions.MaskFeatures(masks);
        Tensor context = zeros_like(window.Noise);
        context.narrow(1, 0, window.ContextLength).copy_(known);
        Tensor condition = Conditions.Condition(window.Streams, masks);
        Tensor input = cat([features, context, condition, zeros_like(window.Noise)], -1);
        if (guided)
        {
            Tensor free = cat([features, context, zeros_like(condition), zeros_like(window.Noise)], -1);
            input = cat([free, input], 0);
        }
        return input.MoveToOuterDisposeScope();
    }
}
