using LeVo.Codec.Flow;
using LeVo.Codec.Model;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Codec;

/// <summary>The operations of one Euler step.</summary>
internal static class FlowParts
{
    public static void Measure(EstimatorConfig config, int rows, int frames, int rounds)
    {
        using var scope = NewDisposeScope();
        var builder = new ParameterBuilder(new RandomTensorSource(2));
        TensorScope root = new TensorListing().Root;
        long e = config.Width, inner = config.InnerWidth, blocks = config.Blocks;
        int n = config.Blocks;
        var qkv = new InputOutputLinear(builder, new(root.Sub("qkv"), e, 3 * e));
        var output = new InputOutputLinear(builder, new(root.Sub("out"), e, e));
        var expand = new InputOutputLinear(builder, new(root.Sub("fc"), e, inner));
        var contract = new InputOutputLinear(builder, new(root.Sub("proj"), inner, e));
        var norm = new LayerNorm(builder, new(root.Sub("norm"), e));
        using ParameterSet parameters = builder.Build("the parts");
        Tensor x = randn(rows, frames, e), y = randn(rows, frames, e), wide = randn(rows, frames, inner);
        Tensor all = randn([rows, frames, 3, config.Heads, config.HeadWidth]);
        Tensor shift = randn(1, 1, e), scale = randn(1, 1, e);
        WindowTables tables = WindowTables.Create(config, ones([rows, frames], @bool));
        Tensor Heads(Tensor stacked, long index) => stacked.select(2, index).transpose(1, 2);
        Tensor Turned() => (all.narrow(2, 0, 2).unflatten(4, [config.HeadWidth / 2, 2]).view_as_complex()
            * tables.Turns).view_as_real().flatten(4);
        Tensor turned = Turned();
        double product = 2.0 * rows * frames * e;
        Tensor mixed = nn.functional.scaled_dot_product_attention(Heads(turned, 0), Heads(turned, 1), Heads(all, 2));
        var list = new PartList();
        list.Add("queries, keys and values", n, product * 3 * e, () => qkv.Forward(x));
        list.Add("attention's output", n, product * e, () => output.Forward(x));
        list.Add("feed-forward, first product", n, product * inner, () => expand.Forward(x));
        list.Add("feed-forward, second product", n, product * inner, () => contract.Forward(wide));
        list.Add("attention", n, product * 2 * frames, () =>
            nn.functional.scaled_dot_product_attention(Heads(turned, 0), Heads(turned, 1), Heads(all, 2)));
        list.Add("rotary positions", n, 0, () => { using var s = NewDisposeScope(); return Turned().MoveToOuterDisposeScope(); });
        list.Add("joining the heads", n, 0, () => mixed.transpose(1, 2).reshape(rows, frames, e));
        list.Add("GELU", n, 0, () => nn.functional.gelu(wide, TorchSharp.Modules.GELU.Approximate.tanh));
        list.Add("layer norm", 2 * n + 1, 0, () => norm.Forward(x));
        list.Add("shift and scale", 2 * n + 1, 0, () => shift.addcmul(x, scale, Scalars.One));
        list.Add("gate and residual", 2 * n, 0, () => x.addcmul(y, scale, Scalars.One));
        list.Print(rounds);
    }
}
