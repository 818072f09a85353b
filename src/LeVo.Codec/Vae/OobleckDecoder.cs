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

    public OobleckDecoder(ParameterBuilder parameters, VaeDecoderTensors tensors, OobleckConfig config)
    {
        input = new(parameters, tensors.Input, padding: 3);
        levels = [.. tensors.Levels.Select((level, i) => new Level(parameters, level, config, config.Levels - i))];
        activation = new(parameters, tensors.Activation);
        output = new(parameters, tensors.Output, padding: 3);
        endsInTanh = config.FinalTanh;
    }

    public Tensor Forward(Tensor latents)
    {
        using var scope = NewDisposeScope();
        // The last level's signal is by far the largest: the output is computed from it tile by tile, so that it never exists whole.
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
    private sealed class Level(
        ParameterBuilder parameters, VaeDecoderLevelTensors tensors, OobleckConfig config, int level)
    {
        private readonly Activation activation = new(parameters, tensors.Activation);
        private readonly TransposedConvolution up = new(parameters, tensors.Up, config.Strides[level - 1]);

        private readonly ResidualUnit[] units = [.. tensors.Units.Zip(
            OobleckConfig.Dilations, (unit, dilation) => new ResidualUnit(parameters, unit, dilation))];

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
