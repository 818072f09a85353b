using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Training;

/// <summary>Hyperparameters of Adam. The defaults are the paper's: betas (0.9, 0.98) and epsilon 1e-9.</summary>
/// <param name="Beta1">Decay rate of the first moment.</param>
/// <param name="Beta2">Decay rate of the second moment.</param>
/// <param name="Epsilon">Added to the square root of the second moment.</param>
/// <param name="WeightDecay">Weight decay of matrices.</param>
/// <param name="IsDecoupled">Whether the decay is applied to the weights (AdamW) or added to the gradient
/// (Adam).</param>
internal sealed record AdamOptions(double Beta1 = 0.9, double Beta2 = 0.98, double Epsilon = 1e-9, double WeightDecay = 0,
    bool IsDecoupled = true);

/// <summary>
/// Adam with weight decay, except on vectors (norms and biases). Moments are stored by parameter name, so that a run
/// resumes exactly. 16-bit parameters have a float32 master copy, which is updated.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const int DefaultPartElements = 1 << 24;

    private readonly AdamOptions options;
    private readonly List<Slot> slots = [];

    /// <param name="parameters">The parameters to train.</param>
    /// <param name="options">The hyperparameters.</param>
    /// <param name="masters">Returns a parameter's value before it was rounded to 16 bits, owned by the callee, or
    /// null if there is none.</param>
    public AdamW(IEnumerable<KeyValuePair<string, Parameter>> parameters, AdamOptions options,
        Func<string, Tensor?>? masters = null)
    {
        this.options = options;
        using var noGradient = no_grad();
        foreach ((string name, Parameter value) in parameters)
        {
            using var scope = NewDisposeScope();
            Tensor? master = null;
            if (value.dtype != ScalarType.Float32)
            {
                Tensor? finer = masters?.Invoke(name);
                master = (finer ?? value).detach().to(float32, value.device, copy: true).DetachFromDisposeScope();
            }
            slots.Add(new(name, value, master, Zeros(value), Zeros(value)));
        }
    }

    /// <summary>
    /// Elements of a parameter that are processed at once: temporary tensors are not larger, whatever the parameter's size.
    /// </summary>
    public int PartElements { get; init; } = DefaultPartElements;

    /// <summary>Number of updates so far, on which the bias correction depends.</summary>
    public int Updates { get; set; }

    /// <summary>Bytes that an update needs in addition to the state.</summary>
    /// <param name="largest">Elements of the largest parameter.</param>
    /// <param name="hasMasters">Whether parameters have 16 bits.</param>
    public static long WorkspaceBytes(long largest, bool hasMasters) =>
        Math.Min(DefaultPartElements, largest) * sizeof(float) * (hasMasters ? 2 : 1);

    /// <summary>The name of a parameter's master copy in <see cref="State"/>.</summary>
    public static string MasterName(string parameter) => "adam.master:" + parameter;

    /// <summary>
    /// Scales all gradients so that their joint norm is at most <paramref name="maximum"/>; returns the norm before
    /// scaling.
    /// </summary>
    public double ClipGradients(double maximum)
    {
        using var scope = NewDisposeScope();
        Tensor? work = Workspace(gradientsOnly: true);
        double norm = Math.Sqrt(slots.Sum(slot => SquaredNorm(slot, work)));
        if (norm > maximum && double.IsFinite(norm))
        {
            using var factor = (maximum / norm).ToScalar();
            foreach (Slot slot in slots)
            {
                using Tensor? gradient = slot.Value.grad;
                gradient?.mul_(factor).Dispose();
            }
        }
        return norm;
    }

    /// <summary>The sum of the squares of a parameter's gradient; 0 if it has none.</summary>
    private double SquaredNorm(Slot slot, Tensor? work)
    {
        using var scope = NewDisposeScope();
        if (slot.Value.grad is not { } gradient)
            return 0;
        double sum = 0;
        Tensor flat = gradient.reshape(-1);
        foreach ((long start, long count) in Parts(flat.numel()))
        {
            using var part = NewDisposeScope();
            double norm = Widen(flat.narrow(0, start, count), work).norm().item<float>();
            sum += norm * norm;
        }
        return sum;
    }

    /// <summary>Performs one update and clears the gradients.</summary>
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
        using var decay = (options.IsDecoupled ? 1 - learningRate * options.WeightDecay : options.WeightDecay)
            .ToScalar();
        Tensor? work = Workspace(gradientsOnly: true);
        Tensor? roots = Workspace(gradientsOnly: false);
        foreach (Slot slot in slots)
        {
            using var inner = NewDisposeScope();
            if (slot.Value.grad is not { } gradient)
                continue;
            bool decays = options.WeightDecay > 0 && slot.Value.dim() > 1;
            Tensor flat = gradient.reshape(-1), target = (slot.Master ?? slot.Value).view(-1);
            Tensor first = slot.First.view(-1), second = slot.Second.view(-1);
            foreach ((long start, long count) in Parts(flat.numel()))
            {
                using var part = NewDisposeScope();
                Tensor value = target.narrow(0, start, count), wide = Widen(flat.narrow(0, start, count), work);
                if (decays && options.IsDecoupled)
                    value.mul_(decay);
                else if (decays)
                    wide = wide.add(value, decay);
                Tensor mean = first.narrow(0, start, count).mul_(beta1).add_(wide, rest1);
                Tensor square = second.narrow(0, start, count).mul_(beta2).addcmul_(wide, wide, rest2);
                value.addcdiv_(mean, roots!.narrow(0, 0, count).copy_(square).sqrt_().add_(epsilon, Scalars.One), rate);
            }
            if (slot.Master is not null)
                slot.Value.copy_(slot.Master);
            slot.Value.grad = null;
        }
    }

    /// <summary>
    /// Moments and master copies by name, for a checkpoint; the optimiser keeps ownership of the tensors.
    /// </summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (Slot slot in slots)
        {
            yield return ("adam.first:" + slot.Name, slot.First);
            yield return ("adam.second:" + slot.Name, slot.Second);
            if (slot.Master is not null)
                yield return (MasterName(slot.Name), slot.Master);
        }
    }

    /// <summary>Restores the state from a checkpoint.</summary>
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
        foreach (Slot slot in slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
            slot.Master?.Dispose();
        }
        slots.Clear();
    }

    /// <summary>Copies a gradient into the memory for float32 copies, if it is not float32.</summary>
    private static Tensor Widen(Tensor gradient, Tensor? work) =>
        gradient.dtype == ScalarType.Float32 ? gradient : work!.narrow(0, 0, gradient.numel()).copy_(gradient);

    /// <summary>
    /// Memory for the largest part. It is taken once for all parameters, because the heap would not reuse the space of
    /// temporary tensors between smaller ones. Null if all gradients are float32 already and nothing else is needed.
    /// </summary>
    private Tensor? Workspace(bool gradientsOnly)
    {
        Slot[] users = [.. slots.Where(slot => !gradientsOnly || slot.Master is not null)];
        return users.Length == 0 ? null
            : empty(Math.Min(PartElements, users.Max(slot => slot.Value.numel())), float32, users[0].Value.device);
    }

    private IEnumerable<(long Start, long Count)> Parts(long elements)
    {
        for (long start = 0; start < elements; start += PartElements)
            yield return (start, Math.Min(PartElements, elements - start));
    }

    private static Tensor Zeros(Tensor like) =>
        zeros(like.shape, float32, like.device).DetachFromDisposeScope();

    private sealed record Slot(string Name, Parameter Value, Tensor? Master, Tensor First, Tensor Second);
}
