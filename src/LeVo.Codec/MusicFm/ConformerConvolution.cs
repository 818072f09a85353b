using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using LayerNorm = LeVo.Core.Torch.Layers.LayerNorm;

namespace LeVo.Codec.MusicFm;

/// <summary>Convolution part of a conformer layer: pointwise, gate, depthwise in time, norm, SiLU, pointwise.</summary>
internal sealed class ConformerConvolution(ParameterBuilder parameters, ConformerConvolutionTensors tensors)
{
    private readonly LayerNorm layerNorm = new(parameters, tensors.Norm);
    private readonly Parameter expand = parameters.Take(tensors.Expand);
    private readonly Parameter depthwise = parameters.Take(tensors.Depthwise);
    private readonly BatchNorm batchNorm = new(parameters, tensors.BatchNorm);
    private readonly Parameter contract = parameters.Take(tensors.Contract);

    /// <summary><c>[batch, frames, width]</c> to the same shape, without the residual.</summary>
    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor[] gate = nn.functional.linear(layerNorm.Forward(x), expand.squeeze(-1)).chunk(2, -1);
        Tensor gated = gate[0] * gate[1].sigmoid();
        (Tensor weight, Tensor bias) = batchNorm.Fold(depthwise, null);
        Tensor filtered = nn.functional.conv1d(
            gated.transpose(1, 2), weight, bias, padding: weight.shape[2] / 2, groups: weight.shape[0]);
        Tensor active = nn.functional.silu(filtered).transpose(1, 2);
        return nn.functional.linear(active, contract.squeeze(-1)).MoveToOuterDisposeScope();
    }
}
