using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>A place in a state dict: layers take their tensors from it by their local names.</summary>
internal readonly struct ParameterScope(ParameterBuilder builder, string prefix)
{
    /// <summary>The scope one level down, <c>prefix.name</c>.</summary>
    public ParameterScope Sub(string name) => new(builder, Full(name));

    /// <summary>The scope one level down, <c>prefix.index</c>.</summary>
    public ParameterScope Sub(int index) => Sub(index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A tensor that training may change.</summary>
    public Parameter Take(string name, long[] shape, ParameterInit init) => builder.Take(Full(name), shape, init, false);

    /// <summary>A tensor that training leaves alone.</summary>
    public Parameter TakeBuffer(string name, long[] shape, ParameterInit init) => builder.Take(Full(name), shape, init, true);

    /// <summary>A buffer that follows from the configuration: the stored one, computed where none is stored.</summary>
    public Parameter TakeComputed(string name, long[] shape, Func<Tensor> compute) =>
        builder.TakeComputed(Full(name), shape, compute);

    /// <summary>A weight stored as <c>weight_g</c> and <c>weight_v</c> (either naming), folded.</summary>
    public Parameter TakeWeightNorm(long[] shape, ParameterInit init) => builder.TakeWeightNorm(Full("weight"), shape, init);

    /// <summary>An adapter of a weight, where the builder plans one; null otherwise.</summary>
    public LowRankAdapter? TakeAdapter(string name, long inputs, long outputs) =>
        builder.TakeAdapter(Full(name), inputs, outputs);

    /// <summary>Declares a tensor that files of this kind hold and the model does not use.</summary>
    public void Ignore(string name, params long[] shape) => builder.Ignore(Full(name), shape);

    private string Full(string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
