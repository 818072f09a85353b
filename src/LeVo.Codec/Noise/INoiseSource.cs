using static TorchSharp.torch;

namespace LeVo.Codec.Noise;

/// <summary>Where a request's standard normal numbers come from.</summary>
internal interface INoiseSource
{
    /// <summary>Float32 values on the CPU, owned by the caller's dispose scope.</summary>
    Tensor Normal(long[] shape);
}
