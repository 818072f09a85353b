using LeVo.Codec.Model;
using LeVo.Core.Listings;
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
internal sealed class EstimatorBlock(ParameterScope scope, EstimatorConfig config)
{
    private readonly LayerNorm attentionNorm = new(scope.Sub("ln_1"), config.Width);
    private readonly EstimatorAttention attention = new(scope.Sub("attn"), config);
    private readonly LayerNorm feedForwardNorm = new(scope.Sub("ln_2"), config.Width);
    private readonly InputOutputLinear expand = new(scope.Sub("mlp").Sub("c_fc"), config.Width, config.InnerWidth);
    private readonly InputOutputLinear contract = new(scope.Sub("mlp").Sub("c_proj"), config.InnerWidth, config.Width);

    private readonly Parameter table =
        scope.Take("scale_shift_table", [6, config.Width], ParameterInit.Normal(1 / Math.Sqrt(config.Width)));

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
