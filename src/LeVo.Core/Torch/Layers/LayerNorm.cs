using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>Layer normalisation over the last dimension, epsilon 1e-5.</summary>
internal sealed class LayerNorm(ParameterScope scope, long width)
{
    private readonly long[] normalized = [width];

    public Parameter Weight { get; } = scope.Take("weight", [width], ParameterInit.Ones);

    public Parameter Bias { get; } = scope.Take("bias", [width], ParameterInit.Zeros);

    public Tensor Forward(Tensor x) => nn.functional.layer_norm(x, normalized, Weight, Bias, 1e-5);
}
