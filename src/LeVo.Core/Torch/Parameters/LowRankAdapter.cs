using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Parameters;

/// <summary>A LoRA adapter of a frozen weight: adds scale B A, with A [rank, in] and B [out, rank].</summary>
internal sealed class LowRankAdapter(Parameter a, Parameter b, double scale)
{
    /// <param name="x">[..., in].</param>
    /// <returns>[..., out], to be added to the layer's output.</returns>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(nn.functional.linear(x, a), b).Times(scale).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the merged weight, in float32.</summary>
    public Tensor Merge(Tensor weight) => Merge(weight, a, b, scale);

    /// <summary>Computes weight + scale B A in float32.</summary>
    public static Tensor Merge(Tensor weight, Tensor a, Tensor b, double scale)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return weight.to(float32).Plus(b.to(float32).mm(a.to(float32)).Times(scale)).MoveToOuterDisposeScope();
    }
}
