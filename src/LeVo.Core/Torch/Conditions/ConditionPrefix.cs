using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>Embedded conditions of a batch, one tensor for each stack; they differ in the audio prompt.</summary>
/// <param name="Mixed">For stack 1, <c>[batch, positions, width]</c>.</param>
/// <param name="Tracks">For stack 2, same shape.</param>
internal sealed record ConditionPrefix(Tensor Mixed, Tensor Tracks) : IDisposable
{
    /// <summary>Number of positions.</summary>
    public long Length => Mixed.size(1);

    public void Dispose()
    {
        Mixed.Dispose();
        Tracks.Dispose();
    }
}
