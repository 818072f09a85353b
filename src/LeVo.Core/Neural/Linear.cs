using LeVo.Core.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Neural;

/// <summary>y = x Wᵀ + b with W stored [out, in].</summary>
internal sealed class Linear(ParameterScope scope, long inputs, long outputs, bool bias = true, ParameterInit? init = null)
{
    public Parameter Weight { get; } = scope.Take("weight", [outputs, inputs], init ?? ParameterInit.FanIn(inputs));

    public Parameter? Bias { get; } = bias ? scope.Take("bias", [outputs], init ?? ParameterInit.FanIn(inputs)) : null;

    public Tensor Forward(Tensor x) => nn.functional.linear(x, Weight, Bias);
}
