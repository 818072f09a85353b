using static TorchSharp.torch;

namespace LeVo.Codec.Noise;

/// <summary>Normal numbers from a seed, the same on every device.</summary>
internal sealed class SeededNoise(ulong seed) : INoiseSource, IDisposable
{
    private readonly Generator generator = new(seed, CPU);

    public Tensor Normal(long[] shape) => randn(shape, float32, CPU, generator: generator);

    public void Dispose() => generator.Dispose();
}
