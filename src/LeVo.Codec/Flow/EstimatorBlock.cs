using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace LeVo.Codec.Flow;

/// <summary>
/// Attention and feed-forward, each between a shift and scale before and a gate after it. The six rows are the block's own
/// table plus the time's modulation.
/// </summary>
internal sealed class EstimatorBlock(
    ParameterBuilder parameters, EstimatorBlockTensors tensors, EstimatorConfig config)
{
    private readonly LayerNorm attentionNorm = new(parameters, tensors.AttentionNorm);
    private readonly EstimatorAttention attention = new(parameters, tensors, config);
    private readonly LayerNorm feedForwardNorm = new(parameters, tensors.FeedForwardNorm);
    private readonly InputOutputLinear expand = new(parameters, tensors.Expand);
    private readonly InputOutputLinear contract = new(parameters, tensors.Contract);
    private readonly Parameter table = parameters.Take(tensors.Modulation);

    /// <param name="h">The residual stream <c>[rows, frames, width]</c>.</param>
    /// <param name="modulation"><c>[rows or 1, 6, width]</c>.</param>
    /// <param name="tables">The window.</param>
    public Tensor Forward(Tensor h, Tensor modulation, in WindowTables tables)
    {
        using var scope = NewDisposeScope();
        Tensor rows = table.Plus(modulation).unsqueeze(2);
        Tensor attended = attention.Forward(Modulate(attentionNorm.Forward(h), rows, 0), tables);
        Tensor middle = h.addcmul(attended, rows.select(1, 2), Scalars.One);
        Tensor inner = expand.Forward(Modulate(feedForwardNorm.Forward(middle), rows, 3));
        Tensor outer = contract.Forward(nn.functional.gelu(inner, TorchSharp.Modules.GELU.Approximate.tanh));
        return middle.addcmul(outer, rows.select(1, 5), Scalars.One).MoveToOuterDisposeScope();
    }

    /// <summary>x (1 + scale) + shift.</summary>
    private static Tensor Modulate(Tensor x, Tensor rows, long shift)
    {
        using Tensor offset = rows.select(1, shift);
        using Tensor scale = rows.select(1, shift + 1).Plus(1);
        using (x)
            return offset.addcmul(x, scale, Scalars.One);
    }
}
