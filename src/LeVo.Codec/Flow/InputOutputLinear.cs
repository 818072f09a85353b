using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>y = x W + b with W stored [in, out], as GPT-2 checkpoints hold it.</summary>
internal sealed class InputOutputLinear(ParameterScope scope, long inputs, long outputs)
{
    private readonly Parameter weight = scope.Take("weight", [inputs, outputs], ParameterInit.FanIn(inputs));
    private readonly Parameter bias = scope.Take("bias", [outputs], ParameterInit.Zeros);

    public Tensor Forward(Tensor x)
    {
        using Tensor transposed = weight.t();
        return nn.functional.linear(x, transposed, bias);
    }
}
