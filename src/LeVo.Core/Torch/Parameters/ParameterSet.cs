using LeVo.Core.Listings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>How a parameter is written to a state dict.</summary>
internal enum StoredForm
{
    /// <summary>As one tensor under the parameter's name.</summary>
    Plain,

    /// <summary>As <c>weight_g</c> and <c>weight_v</c>; in memory they are combined into one weight.</summary>
    WeightNorm,
}

/// <summary>Owns a model's tensors, by state-dict name. Layers only reference them.</summary>
internal sealed class ParameterSet : IDisposable
{
    private readonly Dictionary<string, Parameter> parameters = new(StringComparer.Ordinal);
    private readonly List<Tensor> owned = [];
    private readonly HashSet<string> weightNorms = new(StringComparer.Ordinal);
    private readonly HashSet<string> buffers = new(StringComparer.Ordinal);

    /// <summary>All tensors, including buffers, in order of creation.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> All => parameters;

    /// <summary>The tensors that training may change.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> Trainable =>
        parameters.Where(parameter => !buffers.Contains(parameter.Key));

    public Parameter this[string name] => parameters[name];

    /// <summary>Bytes of all tensors.</summary>
    public long ByteCount => parameters.Values.Sum(tensor => tensor.NumberOfElements * tensor.ElementSize);

    internal void Add(TensorInfo tensor, Parameter parameter, StoredForm form)
    {
        parameters.Add(tensor.Name, parameter);
        if (tensor.Use == TensorUse.Fixed)
            buffers.Add(tensor.Name);
        if (form == StoredForm.WeightNorm)
            weightNorms.Add(tensor.Name);
    }

    /// <summary>Disposes a tensor together with the set.</summary>
    internal void Own(Tensor tensor) => owned.Add(tensor);

    /// <summary>Returns the names and values of the state dict; the caller disposes the tensors.</summary>
    public IEnumerable<(string Name, Tensor Value)> ToStateDict()
    {
        foreach ((string name, Parameter parameter) in parameters)
        {
            if (!weightNorms.Contains(name))
            {
                yield return (name, parameter.detach());
                continue;
            }
            using Tensor weight = parameter.detach();
            yield return (name + "_g", WeightNorm.Norm(weight));
            yield return (name + "_v", weight.clone());
        }
    }

    public void Dispose()
    {
        foreach (Parameter parameter in parameters.Values)
            parameter.Dispose();
        parameters.Clear();
        owned.ForEach(tensor => tensor.Dispose());
        owned.Clear();
    }
}
