using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>The embedded conditions of a batch, in the config's order, to be put before the columns.</summary>
/// <param name="First">For stack 1, [batch, prefix, width].</param>
/// <param name="Second">For stack 2, same shape; they differ in the audio prompt.</param>
internal sealed record ConditionPrefix(Tensor First, Tensor Second) : IDisposable
{
    /// <summary>Prefix positions.</summary>
    public long Length => First.size(1);

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
