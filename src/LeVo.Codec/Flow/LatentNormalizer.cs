using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>The latents' statistics as a checkpoint holds them. Loaded once and shared; requests work on copies.</summary>
internal sealed class LatentNormalizer
{
    private readonly Parameter count, sum, sumOfSquares;

    public LatentNormalizer(ParameterBuilder parameters, LatentNormalizerTensors tensors)
    {
        count = parameters.Take(tensors.Count);
        sum = parameters.Take(tensors.Sum);
        sumOfSquares = parameters.Take(tensors.SumOfSquares);
    }

    /// <summary>A copy for one request.</summary>
    public LatentStatistics Read()
    {
        using var scope = NewDisposeScope();
        return new(Values(count)[0], Values(sum), Values(sumOfSquares));
    }

    /// <summary>Replaces the checkpoint's statistics, for training.</summary>
    public void Write(LatentStatistics statistics)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        count.copy_(tensor([statistics.Count]));
        sum.copy_(tensor([.. statistics.Sum]));
        sumOfSquares.copy_(tensor([.. statistics.SumOfSquares]));
    }

    private static float[] Values(Tensor buffer) => buffer.detach().to(float32).cpu().data<float>().ToArray();
}
