using LeVo.Codec.Vae;
using LeVo.Core.Neural;
using LeVo.Core.Parameters;
using static TorchSharp.torch;

namespace LeVo.Benchmarks.Codec;

/// <summary>The operations of the autoencoder's decoder, level by level.</summary>
internal static class VaeParts
{
    public static void Measure(VaeConfig config, long latents, int rounds)
    {
        using var scope = NewDisposeScope();
        var builder = new ParameterBuilder(new RandomTensorSource(2));
        OobleckConfig half = config.Decoder;
        var list = new PartList();
        long time = latents;
        for (int level = half.Levels; level > 0; level--)
        {
            ParameterScope root = builder.Root.Sub(level);
            long wide = half.Width(level), c = half.Width(level - 1), stride = half.Strides[level - 1];
            var up = new TransposedConvolution(root.Sub("up"), wide, c, stride);
            var before = new Activation(root.Sub("before"), wide, half.UseSnake);
            var snake = new Activation(root.Sub("snake"), c, half.UseSnake);
            Tensor x = randn(1, wide, time), y = randn(1, c, time * stride);
            string where = $"{c} x {time * stride}";
            list.Add($"snake before upsampling {wide} x {time}", 1, 0, () => before.Forward(x));
            list.Add($"upsampling by {stride} to {where}", 1, 4.0 * wide * c * stride * time, () => up.Forward(x));
            time *= stride;
            list.Add($"snake {where}", level == 1 ? 7 : 6, 0, () => snake.Forward(y));
            foreach (long dilation in ResidualUnit.Dilations)
            {
                var conv = new Convolution(root.Sub($"conv{dilation}"), c, c, 7, padding: 3 * dilation, dilation: dilation);
                list.Add($"convolution of 7, dilation {dilation}, {where}", 1, 14.0 * c * c * time, () => conv.Forward(y));
            }
            var one = new Convolution(root.Sub("one"), c, c, 1);
            list.Add($"convolution of 1, {where}", 3, 2.0 * c * c * time, () => one.Forward(y));
            list.Add($"residual {where}", 3, 0, () => y.AddInPlace(y, 0).alias());
        }
        var last = new Convolution(builder.Root.Sub("last"), half.Width(0), config.AudioChannels, 7, padding: 3, bias: false);
        Tensor end = randn(1, half.Width(0), time);
        list.Add($"last convolution, {half.Width(0)} to {config.AudioChannels} x {time}", 1,
            14.0 * half.Width(0) * config.AudioChannels * time, () => last.Forward(end));
        using ParameterSet parameters = builder.Build("the parts");
        list.Print(rounds);
    }
}
