using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>
/// Batch normalization in its inference form: the stored statistics make it an affine map per channel, folded into the
/// convolution before it. Weight and bias train; the statistics do not.
/// </summary>
internal sealed class BatchNorm
{
    private static readonly Scalar Epsilon = 1e-5.ToScalar();

    private readonly Parameter weight, bias, mean, variance;

    public BatchNorm(ParameterBuilder parameters, BatchNormTensors tensors)
    {
        weight = parameters.Take(tensors.Weight);
        bias = parameters.Take(tensors.Bias);
        mean = parameters.Take(tensors.Mean);
        variance = parameters.Take(tensors.Variance);
    }

    /// <summary>Convolution and normalization in one; output channels are the first dimension.</summary>
    public (Tensor Weight, Tensor Bias) Fold(Tensor convolutionWeight, Tensor? convolutionBias)
    {
        using var scope = NewDisposeScope();
        Tensor scale = weight * variance.add(Epsilon, Scalars.One).rsqrt();
        Tensor offset = convolutionBias is null ? -mean : convolutionBias - mean;
        long[] perChannel = [-1, .. Enumerable.Repeat(1L, (int)convolutionWeight.dim() - 1)];
        return ((convolutionWeight * scale.view(perChannel)).MoveToOuterDisposeScope(),
            (offset * scale).Plus(bias).MoveToOuterDisposeScope());
    }
}
