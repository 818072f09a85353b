using LeVo.Codec.Model;
using LeVo.Codec.Vae;
using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Codec;

/// <summary>The operations of the autoencoder's decoder, level by level, on whole signals or on tiles of them.</summary>
internal static class VaeParts
{
    /// <param name="config">Sizes.</param>
    /// <param name="latents">Latents that are decoded.</param>
    /// <param name="tile">Numbers of a tile; what is smaller stays whole.</param>
    /// <param name="rounds">How often each is timed.</param>
    public static void Measure(VaeConfig config, long latents, long tile, int rounds)
    {
        using var scope = NewDisposeScope();
        var builder = new ParameterBuilder(new RandomTensorSource(2));
        OobleckConfig half = config.Decoder;
        var list = new PartList();
        long whole = latents;
        for (int level = half.Levels; level > 0; level--)
        {
            TensorScope root = new TensorListing().Root.Sub(level);
            long wide = half.Width(level), c = half.Width(level - 1), stride = half.Strides[level - 1];
            int tiles = (int)Math.Max(1, c * whole * stride / tile);
            long time = whole / tiles;
            var up = new TransposedConvolution(builder, new(root.Sub("up"), wide, c, stride), stride);
            var before = new Activation(builder, new(root.Sub("before"), wide, half.UseSnake));
            var snake = new Activation(builder, new(root.Sub("snake"), c, half.UseSnake));
            Tensor x = randn(1, wide, time), y = randn(1, c, time * stride);
            string where = $"{c} x {time * stride}";
            list.Add($"snake before upsampling {wide} x {time}", tiles, 0, () => before.Forward(x));
            list.Add($"upsampling by {stride} to {where}", tiles, 4.0 * wide * c * stride * time, () => up.Forward(x));
            time *= stride;
            whole *= stride;
            list.Add($"snake {where}", tiles * (level == 1 ? 7 : 6), 0, () => snake.Forward(y));
            foreach (long dilation in OobleckConfig.Dilations)
            {
                var conv = new Convolution(
                    builder, new(root.Sub($"conv{dilation}"), c, c, 7), padding: 3 * dilation, dilation: dilation);
                list.Add($"convolution of 7, dilation {dilation}, {where}", tiles, 14.0 * c * c * time,
                    () => conv.Forward(y));
            }
            var one = new Convolution(builder, new(root.Sub("one"), c, c, 1));
            list.Add($"convolution of 1, {where}", 3 * tiles, 2.0 * c * c * time, () => one.Forward(y));
            list.Add($"residual {where}", 3 * tiles, 0, () => y.AddInPlace(y, 0).alias());
            if (level > 1)
                continue;
            var last = new Convolution(builder, new(root.Sub("last"), c, config.AudioChannels, 7, bias: false), padding: 3);
            list.Add($"last convolution {where} to {config.AudioChannels}", tiles,
                14.0 * c * config.AudioChannels * time, () => last.Forward(y));
        }
        using ParameterSet parameters = builder.Build("the parts");
        list.Print(rounds);
    }
}
