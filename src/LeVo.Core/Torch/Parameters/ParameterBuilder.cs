using LeVo.Core.Listings;
using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>A tensor that a model declares: the name and shape in its state dict, and whether the model uses it.</summary>
internal sealed record DeclaredTensor(string Name, long[] Shape, bool IsUsed);

/// <summary>
/// Builds the parameters of one model from one source. Layers ask for their tensors through scopes; what is missing or has a
/// wrong shape is collected, so that one error lists all of it.
/// </summary>
internal sealed class ParameterBuilder(ITensorSource source, Device? device = null, ScalarType dtype = ScalarType.Float32)
{
    private readonly ParameterSet parameters = new();
    private readonly List<DeclaredTensor> declared = [];
    private readonly List<string> problems = [];

    /// <summary>The scope without a prefix.</summary>
    public ParameterScope Root => new(this, "");

    /// <summary>Which weights get an adapter, or null; the adapters' own tensors go into its set.</summary>
    public LowRankPlan? Adapters { get; init; }

    /// <summary>All tensors asked for so far, unused ones included.</summary>
    public IReadOnlyList<DeclaredTensor> Declared => declared;

    /// <summary>What was missing or had a wrong shape.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The finished set; ownership passes to the caller.</summary>
    /// <exception cref="ModelLoadException">Something is missing or has a wrong shape.</exception>
    public ParameterSet Build(string what)
    {
        if (problems.Count == 0)
            return parameters;
        parameters.Dispose();
        throw new ModelLoadException(what, problems);
    }

    internal Parameter Take(string name, long[] shape, ParameterInit init, bool isBuffer)
    {
        Tensor? found = Find(name, shape, init);
        return Add(name, found, shape, isBuffer, StoredForm.Plain);
    }

    internal Parameter TakeComputed(string name, long[] shape, Func<Tensor> compute)
    {
        declared.Add(new(name, shape, true));
        Tensor value = source.Find(name, shape, ParameterInit.Computed) ?? compute();
        return Add(name, Check(name, value, shape) ? value : null, shape, true, StoredForm.Plain);
    }

    internal Parameter TakeWeightNorm(string name, long[] shape, ParameterInit init)
    {
        long[] normShape = [shape[0], .. Enumerable.Repeat(1L, shape.Length - 1)];
        string layer = name[..name.LastIndexOf('.')];
        declared.Add(new(name + "_g", normShape, true));
        declared.Add(new(name + "_v", shape, true));
        if (source is RandomTensorSource)
            return Add(name, source.Find(name, shape, init), shape, false, StoredForm.WeightNorm);
        using var scope = NewDisposeScope();
        Tensor? v = source.Find(name + "_v", shape, init) ?? source.Find($"{layer}.parametrizations.weight.original1", shape, init);
        Tensor? g = source.Find(name + "_g", normShape, ParameterInit.Ones)
            ?? source.Find($"{layer}.parametrizations.weight.original0", normShape, ParameterInit.Ones);
        Tensor? folded = Check(name + "_v", v, shape) & Check(name + "_g", g, normShape)
            ? WeightNorm.Fold(v!.to(float32), g!.to(float32)).MoveToOuterDisposeScope()
            : null;
        return Add(name, folded, shape, false, StoredForm.WeightNorm);
    }

    internal LowRankAdapter? TakeAdapter(string name, long inputs, long outputs) =>
        Adapters?.Take(name, inputs, outputs, device ?? CPU, dtype);

    internal void Ignore(string name, long[] shape) => declared.Add(new(name, shape, false));

    private Tensor? Find(string name, long[] shape, ParameterInit init)
    {
        declared.Add(new(name, shape, true));
        Tensor? found = source.Find(name, shape, init);
        if (Check(name, found, shape))
            return found;
        found?.Dispose();
        return null;
    }

    private bool Check(string name, Tensor? found, long[] shape)
    {
        if (found is null)
            problems.Add($"'{name}' [{string.Join(", ", shape)}] is missing");
        else if (!found.shape.AsSpan().SequenceEqual(shape))
            problems.Add($"'{name}' has shape [{string.Join(", ", found.shape)}], not [{string.Join(", ", shape)}]");
        else if (!found.is_floating_point())
            problems.Add($"'{name}' holds {found.dtype}, not floating-point numbers");
        else
            return true;
        return false;
    }

    private Parameter Add(string name, Tensor? found, long[] shape, bool isBuffer, StoredForm form)
    {
        using Tensor value = found ?? empty(shape, device: META);
        Device target = value.device_type == TorchSharp.DeviceType.META ? META : device ?? CPU;
        Tensor converted = value.to(dtype, target);
        var parameter = new Parameter(converted, requires_grad: false); // takes over the handle
        parameter.DetachFromDisposeScope();
        parameters.Add(name, parameter, isBuffer, form);
        return parameter;
    }
}
