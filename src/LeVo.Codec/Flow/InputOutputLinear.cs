using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>y = x W + b with W stored [in, out], as GPT-2 checkpoints hold it. Where the weight has fewer bits than the input, the
/// product is computed in the weight's type and the rest in the input's.</summary>
internal sealed class InputOutputLinear(ParameterBuilder parameters, InputOutputLinearTensors tensors)
{
    private readonly Parameter weight = parameters.TakeFactor(tensors.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Bias);

    /// <summary>The type of the product.</summary>
    public ScalarType Type => weight.dtype;

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor transposed = weight.t();
        Tensor y = weight.dtype == x.dtype
            ? nn.functional.linear(x, transposed, bias)
            : nn.functional.linear(x.to(weight.dtype), transposed).to(x.dtype).AddInPlace(bias);
        return y.MoveToOuterDisposeScope();
    }
}
