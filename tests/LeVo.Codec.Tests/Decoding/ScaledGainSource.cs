using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Testing;
using TorchSharp;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Decoding;

/// <summary>Name-seeded values whose weight-norm gains are scaled, so that deep tiny stacks stay quiet.</summary>
internal sealed class ScaledGainSource(string prefix, double scale) : ITensorSource
{
    private readonly NameSeededSource inner = new(prefix);

    public Tensor? Find(TensorInfo tensor)
    {
        Tensor? found = inner.Find(tensor);
        return found is not null && tensor.Name.EndsWith("weight_g", StringComparison.Ordinal) ? found.mul_((float)scale) : found;
    }
}
