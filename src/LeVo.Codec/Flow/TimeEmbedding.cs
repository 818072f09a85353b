using LeVo.Codec.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Flow;

/// <summary>A time as input of the transformer.</summary>
/// <param name="Embedded">ε, <c>[rows, width]</c>.</param>
/// <param name="Modulation">A, shared by all blocks, <c>[rows, 6, width]</c>.</param>
internal readonly record struct TimeConditions(Tensor Embedded, Tensor Modulation);

/// <summary>Times between 0 and 1 to shifts, scales and gates.</summary>
internal sealed class TimeEmbedding(ParameterBuilder parameters, TimeEmbeddingTensors tensors)
{
    private const int Frequencies = TimeEmbeddingTensors.Frequencies;
    private readonly Linear first = new(parameters, tensors.First);
    private readonly Linear second = new(parameters, tensors.Second);
    private readonly Linear modulation = new(parameters, tensors.Modulation);

    /// <param name="times"><c>[rows]</c>.</param>
    public TimeConditions Forward(Tensor times)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = nn.functional.silu(first.Forward(Sinusoid(times)));
        Tensor embedded = second.Forward(hidden);
        Tensor rows = modulation.Forward(nn.functional.silu(embedded)).view(times.shape[0], 6, -1);
        return new(embedded.MoveToOuterDisposeScope(), rows.MoveToOuterDisposeScope());
    }

    /// <summary>Cosines, then sines, of 1000·t at 256 frequencies: <c>[rows, 512]</c>.</summary>
    public static Tensor Sinusoid(Tensor times)
    {
        using var scope = NewDisposeScope();
        Tensor exponents = Scalars.Range(Frequencies, float32, times.device)
            .Times(-Math.Log(10_000)).DividedBy(Frequencies);
        Tensor angles = (times.unsqueeze(1) * exponents.exp()).Times(1000);
        return cat([angles.cos(), angles.sin()], 1).MoveToOuterDisposeScope();
    }
}
