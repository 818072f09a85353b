using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Separation;

/// <summary>The sinusoids that tell the tokens of the transformer apart.</summary>
internal static class TokenPositions
{
    private const double MaxPeriod = 10_000;

    /// <summary><c>[moments, width]</c>: cosines, then sines; the slowest has the longest period exactly.</summary>
    public static Tensor Moments(long moments, long width, Device? device = null)
    {
        using var scope = NewDisposeScope();
        long half = width / 2;
        Tensor exponents = Scalars.Range(half, float32, device).DividedBy(Math.Max(1, half - 1));
        Tensor angles = Angles(moments, exponents.Times(-Math.Log(MaxPeriod)).exp());
        return cat([angles.cos(), angles.sin()], 1).MoveToOuterDisposeScope();
    }

    /// <summary><c>[frames, rows, width]</c>: the frame in the first half, the row in the second, sines and cosines in
    /// turn.</summary>
    public static Tensor Planes(long rows, long frames, long width, Device? device = null)
    {
        using var scope = NewDisposeScope();
        long half = width / 2;
        Tensor rates = Scalars.Range(half / 2, float32, device).Times(-2 * Math.Log(MaxPeriod) / half).exp();
        Tensor ofFrames = Turns(frames).unsqueeze(1).expand(frames, rows, half);
        Tensor ofRows = Turns(rows).unsqueeze(0).expand(frames, rows, half);
        return cat([ofFrames, ofRows], 2).MoveToOuterDisposeScope();

        Tensor Turns(long count)
        {
            Tensor angles = Angles(count, rates);
            return stack([angles.sin(), angles.cos()], 2).flatten(1);
        }
    }

    private static Tensor Angles(long count, Tensor rates) =>
        Scalars.Range(count, float32, rates.device).unsqueeze(1) * rates.unsqueeze(0);
}
