using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>What LoRA adds to a frozen weight: scale B A, with A [rank, in] and B [out, rank].</summary>
internal sealed class LowRankAdapter(Parameter a, Parameter b, double scale)
{
    /// <param name="x">[..., in].</param>
    /// <returns>[..., out], to be added to the layer's output.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(nn.functional.linear(x, a), b).Times(scale).MoveToOuterDisposeScope();
    }

    /// <summary>The weight that does the same alone, in float32.</summary>
    public Tensor Merge(Tensor weight) => Merge(weight, a, b, scale);

    /// <summary>weight + scale B A, in float32.</summary>
    public static Tensor Merge(Tensor weight, Tensor a, Tensor b, double scale)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return weight.to(float32).Plus(b.to(float32).mm(a.to(float32)).Times(scale)).MoveToOuterDisposeScope();
    }
}

/// <summary>Which weights of a model get an adapter. Owns nothing but <see cref="Parameters"/>, which the caller
/// disposes.</summary>
/// <param name="Rank">Rank of the adapters.</param>
/// <param name="Scale">What the product of an adapter is multiplied with.</param>
/// <param name="Applies">Whether the weight of this name gets one.</param>
/// <param name="Seed">Seed of A; B begins at zero, so that the model begins unchanged.</param>
internal sealed record LowRankPlan(int Rank, double Scale, Func<string, bool> Applies, long Seed)
{
    /// <summary>The adapters' tensors, <c>LAYER.lora_A.weight</c> and <c>LAYER.lora_B.weight</c>.</summary>
    public ParameterSet Parameters { get; } = new();

    /// <summary>The adapters by the weight's name.</summary>
    public Dictionary<string, LowRankAdapter> ByWeight { get; } = new(StringComparer.Ordinal);

    /// <summary>The name of an adapter's tensor ("A" or "B") for a weight's name.</summary>
    public static string NameOf(string weight, string part) =>
        $"{weight[..weight.LastIndexOf('.')]}.lora_{part}.weight";

    internal LowRankAdapter? Take(string weight, long inputs, long outputs, Device device, ScalarType dtype)
    {
        if (!Applies(weight))
            return null;
        Parameter a = Add("A", [Rank, inputs], ParameterInit.FanIn(inputs));
        Parameter b = Add("B", [outputs, Rank], ParameterInit.Zeros);
        return ByWeight[weight] = new(a, b, Scale);

        Parameter Add(string part, long[] shape, ParameterInit init)
        {
            string name = NameOf(weight, part);
            using Tensor value = new RandomTensorSource(Seed).Find(name, shape, init)!;
            var parameter = new Parameter(value.to(dtype, device, copy: true), requires_grad: false);
            parameter.DetachFromDisposeScope();
            Parameters.Add(name, parameter, false, StoredForm.Plain);
            return parameter;
        }
    }
}
