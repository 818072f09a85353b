using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = LeVo.Core.Torch.Layers.LayerNorm;

namespace LeVo.Codec.MusicFm;

/// <summary>Convolution part of a conformer layer: pointwise, gate, depthwise in time, norm, SiLU, pointwise.</summary>
internal sealed class ConformerConvolution(ParameterScope scope, int width, int kernel)
{
    private readonly LayerNorm layerNorm = new(scope.Sub("layer_norm"), width);
    private readonly Parameter expand = scope.Sub("pointwise_conv1")
        .Take("weight", [2 * width, width, 1], ParameterInit.FanIn(width));
    private readonly Parameter depthwise = scope.Sub("depthwise_conv")
        .Take("weight", [width, 1, kernel], ParameterInit.FanIn(kernel));
    private readonly BatchNorm batchNorm = new(scope.Sub("batch_norm"), width);
    private readonly Parameter contract = scope.Sub("pointwise_conv2")
        .Take("weight", [width, width, 1], ParameterInit.FanIn(width));

    /// <summary><c>[batch, frames, width]</c> to the same shape, without the residual.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor[] gate = nn.functional.linear(layerNorm.Forward(x), expand.squeeze(-1)).chunk(2, -1);
        Tensor gated = gate[0] * gate[1].sigmoid();
        (Tensor weight, Tensor bias) = batchNorm.Fold(depthwise, null);
        Tensor filtered = nn.functional.conv1d(gated.transpose(1, 2), weight, bias, padding: kernel / 2, groups: width);
        Tensor active = nn.functional.silu(filtered).transpose(1, 2);
        return nn.functional.linear(active, contract.squeeze(-1)).MoveToOuterDisposeScope();
    }
}
