using LeVo.Core.Adapters;
using LeVo.Core.Listings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>
/// Selects the weights of a model that get a LoRA adapter and collects the adapters. The caller disposes
/// <see cref="Parameters"/>.
/// </summary>
/// <param name="Rank">Rank of the adapters.</param>
/// <param name="Scale">The factor applied to the adapter's product.</param>
/// <param name="Applies">Whether the weight with a name gets an adapter.</param>
/// <param name="Seed">Seed of A's initial values; B is initialised to zero, so that the model is unchanged at
/// first.</param>
internal sealed record LowRankPlan(int Rank, double Scale, Func<string, bool> Applies, long Seed)
{
    /// <summary>The adapters' tensors, <c>LAYER.lora_A.weight</c> and <c>LAYER.lora_B.weight</c>.</summary>
    public ParameterSet Parameters { get; } = new();

    /// <summary>The adapters by the weight's name.</summary>
    public Dictionary<string, LowRankAdapter> ByWeight { get; } = new(StringComparer.Ordinal);

    /// <summary>The name of an adapter's tensor ("A" or "B") for a weight's name.</summary>
    public static string NameOf(string weight, string part) => AdapterFile.NameOf(weight, part);

    /// <summary>Number of parameters of a weight's adapter, or 0 if it gets none.</summary>
    public long CountOf(TensorInfo weight) => Applies(weight.Name) ? Rank * (weight.Shape[0] + weight.Shape[1]) : 0;

    internal LowRankAdapter? Take(TensorInfo weight, Device device, ScalarType dtype)
    {
        if (!Applies(weight.Name))
            return null;
        (long outputs, long inputs) = (weight.Shape[0], weight.Shape[1]);
        Parameter a = Add("A", [Rank, inputs], TensorInit.FanIn(inputs));
        Parameter b = Add("B", [outputs, Rank], TensorInit.Zeros);
        return ByWeight[weight.Name] = new(a, b, Scale);

        Parameter Add(string part, long[] shape, TensorInit init)
        {
            var tensor = new TensorInfo(NameOf(weight.Name, part), shape, init);
            using Tensor value = new RandomTensorSource(Seed).Find(tensor)!;
            var parameter = new Parameter(value.to(dtype, device, copy: true), requires_grad: false);
            parameter.DetachFromDisposeScope();
            Parameters.Add(tensor, parameter, StoredForm.Plain);
            return parameter;
        }
    }
}
