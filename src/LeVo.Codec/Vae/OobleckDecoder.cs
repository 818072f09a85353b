using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>Latents <c>[batch, Z, frames]</c> to sound <c>[batch, channels, frames · ratio]</c> (even strides).</summary>
internal sealed class OobleckDecoder
{
    private readonly Convolution input, output;
    private readonly Level[] levels;
    private readonly Activation activation;
    private readonly bool endsInTanh;

    public OobleckDecoder(ParameterScope scope, VaeConfig config)
    {
        OobleckConfig half = config.Decoder;
        ParameterScope layers = scope.Sub("layers");
        int n = half.Levels;
        input = new(layers.Sub(0), config.LatentWidth, half.Width(n), 7, padding: 3);
        levels = [.. Enumerable.Range(1, n).Select(block => new Level(layers.Sub(block).Sub("layers"), half, n + 1 - block))];
        activation = new(layers.Sub(n + 1), half.Width(0), half.UseSnake);
        output = new(layers.Sub(n + 2), half.Width(0), config.AudioChannels, 7, padding: 3, bias: false, gain: 0.2);
        endsInTanh = half.FinalTanh;
    }

    public Tensor Forward(Tensor latents)
    {
        using var scope = NewDisposeScope();
        // The last level's signal is by far the largest: it goes on to the output tile by tile, and never exists whole.
        Tensor x = Levels(latents, levels.Length - 1);
        Tensor sound = levels[^1].Forward(x, Finish, OobleckConfig.OutputReach);
        return (endsInTanh ? sound.tanh() : sound).MoveToOuterDisposeScope();
    }

    /// <summary>The signal after the first <paramref name="count"/> levels.</summary>
    public Tensor Levels(Tensor latents, int count)
    {
        using var scope = NewDisposeScope();
        Tensor x = input.Forward(latents);
        foreach (Level level in levels.Take(count))
            x = Step.Replace(x, level.Forward(x, y => y, 0));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The activation before the last convolution.</summary>
    public Activation LastActivation => activation;

    private Tensor Finish(Tensor x) => Step.Replace(x, output.Forward(activation.Forward(x)));

    /// <summary>Upsampling, then three residual units.</summary>
    private sealed class Level(ParameterScope layers, OobleckConfig config, int level)
    {
        private readonly Activation activation = new(layers.Sub(0), config.Width(level), config.UseSnake);

        private readonly TransposedConvolution up =
            new(layers.Sub(1), config.Width(level), config.Width(level - 1), config.Strides[level - 1]);

        private readonly ResidualUnit[] units = [.. OobleckConfig.Dilations.Select((dilation, i) =>
            new ResidualUnit(layers.Sub(2 + i), config.Width(level - 1), dilation, config.UseSnake))];

        /// <summary>This level and what follows it, which looks <paramref name="following"/> samples around.</summary>
        public Tensor Forward(Tensor x, Func<Tensor, Tensor> next, int following)
        {
            int stride = config.Strides[level - 1];
            return stride % 2 == 0
                ? TimeTiles.Run(x, Layers, config.Width(level - 1), stride, config.LevelReach(level, following))
                : Layers(x);

            Tensor Layers(Tensor part)
            {
                using var scope = NewDisposeScope();
                Tensor y = up.Forward(activation.Forward(part));
                foreach (ResidualUnit unit in units)
                    y = Step.Replace(y, unit.Forward(y));
                return next(y).MoveToOuterDisposeScope();
            }
        }
    }
}
