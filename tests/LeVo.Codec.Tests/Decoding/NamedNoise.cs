using LeVo.Codec.Noise;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

/// <summary>Noise that goldens name: one name a draw, in order.</summary>
internal sealed class NamedNoise(params string[] names) : INoiseSource
{
    private int draws;

    public Tensor Normal(long[] shape) => GoldenInputs.UnitNoise(names[draws++], shape);
}
