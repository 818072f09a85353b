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

    public OobleckEncoder(ParameterBuilder parameters, VaeEncoderTensors tensors, OobleckConfig config)
    {
        input = new(parameters, tensors.Input, padding: 3);
        levels = [.. tensors.Levels.Select((level, i) => new Level(parameters, level, config, i + 1))];
        activation = new(parameters, tensors.Activation);
        output = new(parameters, tensors.Output, padding: 1);
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
    private sealed class Level(
        ParameterBuilder parameters, VaeEncoderLevelTensors tensors, OobleckConfig config, int level)
    {
        private readonly ResidualUnit[] units = [.. tensors.Units.Zip(
            OobleckConfig.Dilations, (unit, dilation) => new ResidualUnit(parameters, unit, dilation))];

        private readonly Activation activation = new(parameters, tensors.Activation);

        private readonly Convolution down = new(parameters, tensors.Down,
            config.Strides[level - 1], (config.Strides[level - 1] + 1) / 2);

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
