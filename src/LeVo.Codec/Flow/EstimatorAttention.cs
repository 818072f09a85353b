using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>Self-attention over all frames of a window with rotary queries and keys, <c>[rows, frames, width]</c>.</summary>
internal sealed class EstimatorAttention(
    ParameterBuilder parameters, EstimatorBlockTensors tensors, EstimatorConfig config)
{
    private readonly InputOutputLinear project = new(parameters, tensors.AttentionInput);
    private readonly InputOutputLinear output = new(parameters, tensors.AttentionOutput);

    public Tensor Forward(Tensor x, in WindowTables tables)
    {
        using var scope = NewDisposeScope();
        long rows = x.shape[0], frames = x.shape[1];
        Tensor all = project.Forward(x).view(rows, frames, 3, config.Heads, config.HeadWidth);
        Tensor pairs = all.narrow(2, 0, 2).unflatten(4, [config.HeadWidth / 2, 2]).view_as_complex();
        Tensor turned = (pairs * tables.Turns).view_as_real().flatten(4);
        // On a processor attention in bfloat16 takes as long as in float32.
        ScalarType type = x.device_type == DeviceType.CPU ? x.dtype : project.Type;
        Tensor mixed = nn.functional.scaled_dot_product_attention(
            Heads(turned, 0).to(type), Heads(turned, 1).to(type), Heads(all, 2).to(type), tables.Mask?.to(type)).to(x.dtype);
        return output.Forward(mixed.transpose(1, 2).reshape(rows, frames, config.Width)).MoveToOuterDisposeScope();
    }

    /// <summary><c>[rows, heads, frames, headWidth]</c>.</summary>
    private static Tensor Heads(Tensor stacked, long index) => stacked.select(2, index).transpose(1, 2);
}
