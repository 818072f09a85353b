using LeVo.Core.Listings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>Lists and takes tensors in one step, for the networks of the codec.</summary>
internal readonly struct ParameterScope(ParameterBuilder builder, TensorScope tensors)
{
    public ParameterBuilder Builder => builder;

    public TensorScope Tensors => tensors;

    public ParameterScope Sub(string name) => new(builder, tensors.Sub(name));

    public ParameterScope Sub(int index) => new(builder, tensors.Sub(index));

    public Parameter Take(string name, long[] shape, TensorInit init) => builder.Take(tensors.Add(name, shape, init));

    public Parameter TakeBuffer(string name, long[] shape, TensorInit init) =>
        builder.Take(tensors.AddFixed(name, shape, init));

    public Parameter TakeComputed(string name, long[] shape, Func<Tensor> compute) =>
        builder.TakeComputed(tensors.AddFixed(name, shape, TensorInit.Computed), compute);

    public Parameter TakeWeightNorm(long[] shape, TensorInit init) =>
        builder.TakeWeightNorm(tensors.AddWeightNorm(shape, init));

    public void Ignore(string name, params long[] shape) => tensors.AddUnused(name, shape);
}
