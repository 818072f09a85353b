using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>Layer normalisation over the last dimension, epsilon 1e-5.</summary>
internal sealed class LayerNorm(ParameterBuilder parameters, LayerNormTensors tensors)
{
    private readonly long[] normalized = tensors.Weight.Shape;

    public Parameter Weight { get; } = parameters.Take(tensors.Weight);

    public Parameter Bias { get; } = parameters.Take(tensors.Bias);

    public Tensor Forward(Tensor x) => nn.functional.layer_norm(x, normalized, Weight, Bias, 1e-5);
}
