using LeVo.Core.Torch.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>
/// Running sums of the latents, with which they are normalized to mean 0 and variance 1 a channel. Below 100 000 counted items every
/// projection first counts its own input, as the original does; so a request works on its own copy.
/// </summary>
internal sealed class LatentStatistics(float count, float[] sum, float[] sumOfSquares)
{
    /// <summary>From this count on nothing changes any more.</summary>
    public const float FreezeCount = 100_000;

    private const float TrustedCount = 10;
    private const long CountedFrames = 600;
    private static readonly Scalar Smallest = 1e-12.ToScalar();
    private float count = count;
    private readonly float[] sum = [.. sum], sumOfSquares = [.. sumOfSquares];

    public float Count => count;

    public IReadOnlyList<float> Sum => sum;

    public IReadOnlyList<float> SumOfSquares => sumOfSquares;

    public bool IsFrozen => count >= FreezeCount;

    /// <summary>All numbers: the count, the sums, the sums of squares.</summary>
    public float[] Values => [count, .. sum, .. sumOfSquares];

    /// <summary>Statistics of <see cref="Values"/>.</summary>
    public static LatentStatistics FromValues(float[] values)
    {
        int width = values.Length / 2;
        return new(values[0], values[1..(width + 1)], values[(width + 1)..]);
    }

    /// <summary>Frozen statistics of known moments.</summary>
    public static LatentStatistics FromMoments(ReadOnlySpan<float> mean, ReadOnlySpan<float> variance)
    {
        const float Count = 2 * FreezeCount;
        float[] sum = new float[mean.Length], squares = new float[mean.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = Count * mean[i];
            squares[i] = (float)(Count * ((double)mean[i] * mean[i] + variance[i]));
        }
        return new(Count, sum, squares);
    }

    /// <summary>Normalizes latents <c>[batch, Z, frames]</c>.</summary>
    public Tensor Project(Tensor latents)
    {
        using var scope = NewDisposeScope();
        if (!IsFrozen)
            Add(latents);
        (Tensor mean, Tensor deviation) = Moments(latents.device);
        return ((latents - mean) / deviation.clamp_min(Smallest)).MoveToOuterDisposeScope();
    }

    /// <summary>Undoes <see cref="Project"/>.</summary>
    public Tensor Unproject(Tensor normalized)
    {
        using var scope = NewDisposeScope();
        (Tensor mean, Tensor deviation) = Moments(normalized.device);
        return (normalized * deviation).Plus(mean).MoveToOuterDisposeScope();
    }

    /// <summary>Counts latents <c>[batch, Z, frames]</c>.</summary>
    public void Add(Tensor latents)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        Tensor counted = latents.narrow(2, 0, Math.Min(CountedFrames, latents.shape[2]));
        Accumulate(sum, counted);
        Accumulate(sumOfSquares, counted.Squared());
        count += latents.shape[0];
    }

    private static void Accumulate(float[] sums, Tensor values)
    {
        float[] added = values.mean([2]).sum(dim: 0).to(float32).cpu().data<float>().ToArray();
        for (int i = 0; i < sums.Length; i++)
            sums[i] += added[i];
    }

    /// <summary><c>[1, Z, 1]</c> each.</summary>
    private (Tensor Mean, Tensor Deviation) Moments(Device device)
    {
        float[] mean = new float[sum.Length], deviation = new float[sum.Length];
        Array.Fill(deviation, 1);
        if (count >= TrustedCount)
        {
            for (int i = 0; i < sum.Length; i++)
            {
                mean[i] = sum[i] / count;
                deviation[i] = MathF.Sqrt(MathF.Max(sumOfSquares[i] / count - mean[i] * mean[i], 0));
            }
        }
        return (tensor(mean, [1, mean.Length, 1], device: device), tensor(deviation, [1, mean.Length, 1], device: device));
    }
}
