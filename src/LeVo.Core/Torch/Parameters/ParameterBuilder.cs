using LeVo.Core.Listings;
using LeVo.Core.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>
/// Builds the parameters of one model from one source. Layers take the tensors of their listing; what is missing or has a
/// wrong shape is collected, so that one error lists all of it.
/// </summary>
internal sealed class ParameterBuilder(
    ITensorSource source, Device? device = null, ScalarType dtype = ScalarType.Float32)
{
    private readonly ParameterSet parameters = new();
    private readonly List<string> problems = [];

    /// <summary>Which weights get an adapter, or null; the adapters' own tensors go into its set.</summary>
    public LowRankPlan? Adapters { get; init; }

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

    /// <summary>Takes a tensor of the listing.</summary>
    public Parameter Take(TensorInfo tensor)
    {
        Tensor? found = source.Find(tensor);
        if (!Check(tensor, found))
        {
            found?.Dispose();
            found = null;
        }
        return Add(tensor, found, StoredForm.Plain);
    }

    /// <summary>Takes a tensor that follows from the configuration: the stored one, computed where none is stored.</summary>
    public Parameter TakeComputed(TensorInfo tensor, Func<Tensor> compute)
    {
        Tensor value = source.Find(tensor) ?? compute();
        return Add(tensor, Check(tensor, value) ? value : null, StoredForm.Plain);
    }

    /// <summary>Takes a weight that is stored as norm and direction (in either of PyTorch's namings), folded.</summary>
    public Parameter TakeWeightNorm(WeightNormTensors tensors)
    {
        if (source is RandomTensorSource)
            return Add(tensors.Weight, source.Find(tensors.Weight), StoredForm.WeightNorm);
        using var scope = NewDisposeScope();
        Tensor? direction = source.Find(tensors.Direction) ?? FindParametrization(tensors.Direction, "original1");
        Tensor? norm = source.Find(tensors.Norm) ?? FindParametrization(tensors.Norm, "original0");
        Tensor? folded = Check(tensors.Direction, direction) & Check(tensors.Norm, norm)
            ? WeightNorm.Fold(direction!.to(float32), norm!.to(float32)).MoveToOuterDisposeScope()
            : null;
        return Add(tensors.Weight, folded, StoredForm.WeightNorm);
    }

    /// <summary>An adapter of a weight, where one is planned; null otherwise.</summary>
    public LowRankAdapter? TakeAdapter(TensorInfo weight) => Adapters?.Take(weight, device ?? CPU, dtype);

    private Tensor? FindParametrization(TensorInfo tensor, string name) => source.Find(tensor with
    {
        Name = $"{tensor.Name[..tensor.Name.LastIndexOf('.')]}.parametrizations.weight.{name}",
    });

    private bool Check(TensorInfo tensor, Tensor? found)
    {
        string? problem = tensor.Problem(found?.shape, found?.dtype, found?.is_floating_point() ?? false);
        if (problem is not null)
            problems.Add(problem);
        return problem is null;
    }

    private Parameter Add(TensorInfo tensor, Tensor? found, StoredForm form)
    {
        using Tensor value = found ?? empty(tensor.Shape, device: META);
        Device target = value.device_type == TorchSharp.DeviceType.META ? META : device ?? CPU;
        Tensor converted = value.to(dtype, target);
        var parameter = new Parameter(converted, requires_grad: false); // takes over the handle
        parameter.DetachFromDisposeScope();
        parameters.Add(tensor, parameter, form);
        return parameter;
    }
}
