using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Experiments.MiniWorld.Scoring;

/// <summary>Degrades spectra as codecs and generators do: level, colour, blur, grain, missing highs,
/// noise.</summary>
internal sealed class SpectralAugmentation(long seed)
{
    private readonly Generator generator = new((ulong)seed);
    private readonly float[] centres = SpectralFrames.Centres();

    /// <summary>Powers <c>[batch, features, frames]</c> in, powers out.</summary>
    public Tensor Apply(Tensor power)
    {
        using var scope = NewDisposeScope();
        long batch = power.shape[0];
        Tensor place = tensor(centres).log2().view(1, -1, 1); // octaves
        Tensor gain = Uniform(-2, 1.4, batch, 1, 1);          // nats of power: -9 to +6 dB
        Tensor wave = (place * Uniform(0.5, 1.5, batch, 1, 1)).Plus(Uniform(0, 6.3, batch, 1, 1)).sin();
        Tensor colour = Uniform(-1, 1, batch, 1, 1) * wave;
        Tensor grain = Normal(power.shape) * Uniform(0, 0.6, batch, 1, 1);
        Tensor cut = Uniform(12.9, 15.5, batch, 1, 1);        // low-pass from 7.6 kHz up; mostly none
        Tensor highs = (place - cut).clamp(Scalars.Zero, Scalars.One).Times(-8);
        Tensor noise = Uniform(-18, -11, batch, 1, 1).Plus(Normal(power.shape).Times(0.5)).exp();
        Tensor blurred = Blur(Blur(power, 2, Uniform(0, 0.15, batch, 1, 1)), 1, Uniform(0, 0.1, batch, 1, 1));
        return (blurred * gain.Plus(colour).Plus(grain).Plus(highs).exp()).Plus(noise).MoveToOuterDisposeScope();
    }

    /// <summary>Mixes each value with its neighbours along a dimension.</summary>
    private static Tensor Blur(Tensor power, long dimension, Tensor amount)
    {
        long size = power.shape[dimension];
        Tensor before = cat([power.narrow(dimension, 0, 1), power.narrow(dimension, 0, size - 1)], dimension);
        Tensor after = cat([power.narrow(dimension, 1, size - 1), power.narrow(dimension, size - 1, 1)], dimension);
        return power.Plus(amount * (before.Plus(after) - power.Times(2)));
    }

    private Tensor Uniform(double low, double high, params long[] shape) =>
        rand(shape, generator: generator).Times(high - low).Plus(low);

    private Tensor Normal(long[] shape) => randn(shape, generator: generator);
}
