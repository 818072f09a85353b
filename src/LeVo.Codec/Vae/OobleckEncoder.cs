using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>Sound <c>[batch, channels, samples]</c> to means and raw scales <c>[batch, 2Z, frames]</c>.</summary>
internal sealed class OobleckEncoder
{
    private readonly Convolution input, output;
    private readonly Level[] levels;
    private readonly Activation activation;

    public OobleckEncoder(ParameterScope scope, VaeConfig config)
    {
        OobleckConfig half = config.Encoder;
        ParameterScope layers = scope.Sub("layers");
        int n = half.Levels;
        input = new(layers.Sub(0), config.AudioChannels, half.Width(0), 7, padding: 3);
        levels = [.. Enumerable.Range(1, n).Select(level => new Level(layers.Sub(level).Sub("layers"), half, level))];
        activation = new(layers.Sub(n + 1), half.Width(n), half.UseSnake);
        output = new(layers.Sub(n + 2), half.Width(n), 2 * config.LatentWidth, 3, padding: 1);
    }

    public Tensor Forward(Tensor audio)
    {
        using var scope = NewDisposeScope();
        Tensor x = input.Forward(audio);
        foreach (Level level in levels)
            x = Step.Replace(x, level.Forward(x));
        return output.Forward(activation.Forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>Three residual units, then downsampling.</summary>
    private sealed class Level(ParameterScope layers, OobleckConfig config, int level)
    {
        private readonly ResidualUnit[] units = [.. OobleckConfig.Dilations.Select((dilation, i) =>
            new ResidualUnit(layers.Sub(i), config.Width(level - 1), dilation, config.UseSnake))];

        private readonly Activation activation = new(layers.Sub(3), config.Width(level - 1), config.UseSnake);

        private readonly Convolution down = new(layers.Sub(4), config.Width(level - 1), config.Width(level),
            2 * config.Strides[level - 1], config.Strides[level - 1], (config.Strides[level - 1] + 1) / 2);

        public Tensor Forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            Tensor y = TimeTiles.Run(x, Units, config.Width(level - 1), 1, OobleckConfig.UnitsReach);
            return down.Forward(activation.Forward(y)).MoveToOuterDisposeScope();
        }

        private Tensor Units(Tensor x)
        {
            using var scope = NewDisposeScope();
            Tensor y = x;
            foreach (ResidualUnit unit in units)
                y = ReferenceEquals(y, x) ? unit.Forward(y) : Step.Replace(y, unit.Forward(y));
            return y.MoveToOuterDisposeScope();
        }
    }
}
