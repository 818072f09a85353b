using LeVo.Core.Listings;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Layers;

/// <summary>Root-mean-square normalisation, computed in float32 and cast back before the weight is applied.</summary>
internal sealed class RmsNorm(ParameterBuilder parameters, TensorInfo tensor)
{
    private static readonly Scalar Epsilon = 1e-5.ToScalar();
    private static readonly long[] Last = [-1];

    public Parameter Weight { get; } = parameters.Take(tensor);

    public Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        Tensor wide = x.dtype == ScalarType.Float32 ? x : x.to(float32);
        Tensor y = wide * wide.Squared().mean(Last, keepdim: true).add(Epsilon, Scalars.One).rsqrt();
        return ((x.dtype == ScalarType.Float32 ? y : y.to(x.dtype)) * Weight).MoveToOuterDisposeScope();
    }
}
