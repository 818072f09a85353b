using LeVo.Core.Listings;
using LeVo.Core.Model;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>
/// Builds the parameters of one model from one source. Layers request the tensors of their listing; missing tensors
/// and wrong shapes are collected, so that one exception lists all of them.
/// </summary>
internal sealed class ParameterBuilder(
    ITensorSource source, Device? device = null, ScalarType dtype = ScalarType.Float32)
{
    private readonly ParameterSet parameters = new();
    private readonly List<string> problems = [];
    private readonly Dictionary<string, (Tensor Whole, long Row)> places = new(StringComparer.Ordinal);

    /// <summary>
    /// Selects the weights that get an adapter, or null; the plan's set receives the adapters' tensors.
    /// </summary>
    public LowRankPlan? Adapters { get; init; }

    /// <summary>Whether <see cref="Join"/> joins matrices, which copies their values.</summary>
    public bool Joins { get; init; }

    /// <summary>The type of weights that are only factors of matrix products, in the layers that can compute products in another
    /// type than the rest; null for the type of the others.</summary>
    public ScalarType? ProductType { get; init; }

    /// <summary>The tensors that were missing or had a wrong shape.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Returns the complete set; ownership passes to the caller.</summary>
    /// <exception cref="ModelLoadException">Tensors are missing or have a wrong shape.</exception>
    public ParameterSet Build(string what)
    {
        if (problems.Count == 0)
            return parameters;
        parameters.Dispose();
        throw new ModelLoadException(what, problems);
    }

    /// <summary>Creates the parameter of a listed tensor.</summary>
    public Parameter Take(TensorInfo tensor) => Take(tensor, dtype);

    /// <summary>Creates the parameter of a listed tensor that is only a factor of matrix products, in
    /// <see cref="ProductType"/>.</summary>
    public Parameter TakeFactor(TensorInfo tensor) => Take(tensor, ProductType ?? dtype);

    private Parameter Take(TensorInfo tensor, ScalarType type)
    {
        Tensor? found = source.Find(tensor);
        if (!Check(tensor, found))
        {
            found?.Dispose();
            found = null;
        }
        return Add(tensor, found, StoredForm.Plain, type);
    }

    /// <summary>
    /// Creates the parameter of a tensor that is determined by the configuration: loaded if stored, else computed.
    /// </summary>
    public Parameter TakeComputed(TensorInfo tensor, Func<Tensor> compute)
    {
        Tensor value = source.Find(tensor) ?? compute();
        return Add(tensor, Check(tensor, value) ? value : null, StoredForm.Plain);
    }

    /// <summary>
    /// Creates the combined weight of a weight-normalised tensor, stored as norm and direction in either of PyTorch's
    /// naming schemes, or combined.
    /// </summary>
    public Parameter TakeWeightNorm(WeightNormTensors tensors)
    {
        if (source is RandomTensorSource)
            return Add(tensors.Weight, source.Find(tensors.Weight), StoredForm.WeightNorm);
        using var scope = NewDisposeScope();
        Tensor? direction = source.Find(tensors.Direction) ?? FindParametrization(tensors.Direction, "original1");
        Tensor? norm = source.Find(tensors.Norm) ?? FindParametrization(tensors.Norm, "original0");
        if (direction is null && norm is null && source.Find(tensors.Weight) is { } combined)
        {
            return Add(tensors.Weight, Check(tensors.Weight, combined) ? combined.MoveToOuterDisposeScope() : null,
                StoredForm.WeightNorm);
        }
        Tensor? folded = Check(tensors.Direction, direction) & Check(tensors.Norm, norm)
            ? WeightNorm.Fold(direction!.to(float32), norm!.to(float32)).MoveToOuterDisposeScope()
            : null;
        return Add(tensors.Weight, folded, StoredForm.WeightNorm);
    }

    /// <summary>
    /// Gives matrices with the same inputs a place in one tensor, so that one product computes the outputs of all. Their parameters,
    /// which are created later, are views of it.
    /// </summary>
    /// <returns>The joined matrix, which the set owns; null unless <see cref="Joins"/>.</returns>
    public Tensor? Join(params IReadOnlyList<TensorInfo> matrices)
    {
        if (!Joins)
            return null;
        Device targetDevice = device ?? CPU;
        Tensor whole = empty([matrices.Sum(matrix => matrix.Shape[0]), matrices[0].Shape[1]], dtype, targetDevice)
            .DetachFromDisposeScope();
        parameters.Own(whole);
        long row = 0;
        foreach (TensorInfo matrix in matrices)
        {
            places.Add(matrix.Name, (whole, row));
            row += matrix.Shape[0];
        }
        return whole;
    }

    /// <summary>Creates the adapter of a weight if one is planned, else returns null.</summary>
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

    private Parameter Add(TensorInfo tensor, Tensor? found, StoredForm form, ScalarType? type = null)
    {
        using Tensor value = found ?? empty(tensor.Shape, device: META);
        Device target = value.device_type == TorchSharp.DeviceType.META ? META : device ?? CPU;
        Tensor converted = places.TryGetValue(tensor.Name, out (Tensor Whole, long Row) place) && target.type != TorchSharp.DeviceType.META
            ? place.Whole.narrow(0, place.Row, tensor.Shape[0]).copy_(value)
            : value.to(type ?? dtype, target);
        var parameter = new Parameter(converted, requires_grad: false); // takes ownership of the handle
        parameter.DetachFromDisposeScope();
        parameters.Add(tensor, parameter, form);
        return parameter;
    }
}
