using LeVo.Core.Listings;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.MusicFm;

/// <summary>Rotary positions in the half-split form: feature i turns with feature i + half.</summary>
internal sealed class RotaryTable(ParameterBuilder parameters, TensorInfo inverseFrequencies)
{
    private readonly Parameter inverseFrequency =
        parameters.TakeComputed(inverseFrequencies, () => tensor(Frequencies((int)inverseFrequencies.Shape[0])));

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

    private static float[] Frequencies(int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)Math.Pow(10_000, -(double)i / count))];
}
