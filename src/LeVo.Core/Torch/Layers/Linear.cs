using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>y = x Wᵀ + b with W stored [out, in].</summary>
internal sealed class Linear(ParameterScope scope, long inputs, long outputs, bool bias = true, ParameterInit? init = null)
{
    public Parameter Weight { get; } = scope.Take("weight", [outputs, inputs], init ?? ParameterInit.FanIn(inputs));

    public Parameter? Bias { get; } = bias ? scope.Take("bias", [outputs], init ?? ParameterInit.FanIn(inputs)) : null;

    /// <summary>What fine-tuning adds to the weight, or null.</summary>
    public LowRankAdapter? Adapter { get; } = scope.TakeAdapter("weight", inputs, outputs);

    public Tensor Forward(Tensor x)
    {
        Tensor y = nn.functional.linear(x, Weight, Bias);
        if (Adapter is null)
            return y;
        using (y)
        using (Tensor added = Adapter.Forward(x))
            return y.Plus(added);
    }
}
