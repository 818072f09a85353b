using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>y = x W + b with W stored [in, out], as GPT-2 checkpoints hold it.</summary>
internal sealed class InputOutputLinear(ParameterBuilder parameters, InputOutputLinearTensors tensors)
{
    private readonly Parameter weight = parameters.Take(tensors.Weight);
    private readonly Parameter bias = parameters.Take(tensors.Bias);

    public Tensor Forward(Tensor x)
    {
        using Tensor transposed = weight.t();
        return nn.functional.linear(x, transposed, bias);
    }
}
