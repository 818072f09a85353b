using LeVo.Core.Neural;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Training;

/// <summary>Constants of Adam; the paper's are betas (0.9, 0.98) and epsilon 1e-9.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled weight decay of matrices.</param>
public sealed record AdamOptions(
    double Beta1 = 0.9, double Beta2 = 0.98, double Epsilon = 1e-9, double WeightDecay = 0);

/// <summary>
/// Adam with decoupled weight decay (none on vectors: norms and biases). Its moments are kept by parameter name, so that a
/// run resumes exactly.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private readonly AdamOptions options;
    private readonly List<(string Name, Parameter Value, Tensor First, Tensor Second)> slots = [];

    public AdamW(IEnumerable<KeyValuePair<string, Parameter>> parameters, AdamOptions options)
    {
        this.options = options;
        foreach ((string name, Parameter value) in parameters)
            slots.Add((name, value, zeros_like(value, requires_grad: false).DetachFromDisposeScope(),
                zeros_like(value, requires_grad: false).DetachFromDisposeScope()));
    }

    /// <summary>Updates done so far; the bias correction depends on it.</summary>
    public int Updates { get; private set; }

    /// <summary>Scales all gradients so that their joint norm is at most <paramref name="maximum"/>; returns the norm before.</summary>
    public double ClipGradients(double maximum)
    {
        using var scope = NewDisposeScope();
        Tensor[] norms = [.. slots.Select(slot => slot.Value.grad).OfType<Tensor>().Select(grad => grad.norm())];
        if (norms.Length == 0)
            return 0;
        double norm = stack(norms).norm().item<float>();
        if (norm > maximum && double.IsFinite(norm))
        {
            using var factor = (maximum / norm).ToScalar();
            foreach (var slot in slots)
                slot.Value.grad?.mul_(factor);
        }
        return norm;
    }

    /// <summary>One update from the gradients, which are cleared.</summary>
    public void Step(double learningRate)
    {
        Updates++;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        double correction1 = 1 - Math.Pow(options.Beta1, Updates), correction2 = 1 - Math.Pow(options.Beta2, Updates);
        using var beta1 = options.Beta1.ToScalar();
        using var beta2 = options.Beta2.ToScalar();
        using var rest1 = (1 - options.Beta1).ToScalar();
        using var rest2 = (1 - options.Beta2).ToScalar();
        using var rate = (-learningRate * Math.Sqrt(correction2) / correction1).ToScalar();
        using var epsilon = (options.Epsilon * Math.Sqrt(correction2)).ToScalar();
        using var decay = (1 - learningRate * options.WeightDecay).ToScalar();
        foreach ((_, Parameter value, Tensor first, Tensor second) in slots)
        {
            if (value.grad is not { } gradient)
                continue;
            using (gradient)
            {
                if (options.WeightDecay > 0 && value.dim() > 1)
                    value.mul_(decay);
                first.mul_(beta1).add_(gradient, rest1);
                second.mul_(beta2).addcmul_(gradient, gradient, rest2);
                using Tensor denominator = second.sqrt().add_(epsilon, Scalars.One);
                value.addcdiv_(first, denominator, rate);
            }
            value.grad = null;
        }
    }

    /// <summary>Moments by name, for a checkpoint; the tensors stay owned by the optimiser.</summary>
    public IEnumerable<(string Name, Tensor Value)> State() =>
        slots.SelectMany(slot => new[] { ("adam.first:" + slot.Name, slot.First), ("adam.second:" + slot.Name, slot.Second) });

    /// <summary>Continues from a checkpoint.</summary>
    public void Restore(int updates, Func<string, Tensor> find)
    {
        Updates = updates;
        using var noGrad = no_grad();
        foreach ((string name, Tensor value) in State())
        {
            using Tensor saved = find(name);
            value.copy_(saved);
        }
    }

    public void Dispose()
    {
        foreach (var slot in slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
        }
        slots.Clear();
    }
}
