using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>Rotary positions in the half-split form: feature i turns with feature i + half.</summary>
internal sealed class RotaryTable(ParameterScope scope, int headWidth)
{
    private readonly Parameter inverseFrequency = scope.TakeComputed("inv_freq", [headWidth / 2], () => tensor(
        [.. Enumerable.Range(0, headWidth / 2).Select(i => (float)Math.Pow(10_000, -2.0 * i / headWidth))]));

    /// <summary>Cosines and sines <c>[frames, 1, width]</c> for <c>[batch, frames, heads, width]</c>.</summary>
    public (Tensor Cos, Tensor Sin) Angles(long frames)
    {
        using var scope = NewDisposeScope();
        Tensor positions = Scalars.Range(frames, inverseFrequency.dtype, inverseFrequency.device);
        Tensor angles = positions.unsqueeze(1) * inverseFrequency.unsqueeze(0);
        Tensor repeated = cat([angles, angles], 1).unsqueeze(1);
        return (repeated.cos().MoveToOuterDisposeScope(), repeated.sin().MoveToOuterDisposeScope());
    }

    public static Tensor Rotate(Tensor x, (Tensor Cos, Tensor Sin) angles)
    {
        using var scope = NewDisposeScope();
        Tensor[] halves = x.chunk(2, -1);
        Tensor turned = cat([-halves[1], halves[0]], -1);
        return (x * angles.Cos).Plus(turned * angles.Sin).MoveToOuterDisposeScope();
    }
}
