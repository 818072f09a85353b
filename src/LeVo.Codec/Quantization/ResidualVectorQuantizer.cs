using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Quantization;

/// <summary>Quantizers in a row, each coding what the former left over; the released codecs have one.</summary>
internal sealed class ResidualVectorQuantizer(ParameterBuilder parameters, ResidualQuantizerTensors tensors)
{
    /// <summary>The quantizers in their order.</summary>
    public IReadOnlyList<VectorQuantizer> Quantizers { get; } =
        [.. tensors.Quantizers.Select(quantizer => new VectorQuantizer(parameters, quantizer))];

    /// <summary>Entries of each codebook.</summary>
    public int CodebookSize { get; } = (int)tensors.Quantizers[0].Codebook.Shape[0];

    /// <summary><c>[batch, frames, width]</c> to int64 codes <c>[batch, quantizers, frames]</c>.</summary>
    public Tensor Encode(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        List<Tensor> codes = [];
        Tensor residual = hidden;
        foreach (VectorQuantizer quantizer in Quantizers)
        {
            codes.Add(quantizer.Encode(residual));
            if (codes.Count < Quantizers.Count)
                residual = residual - quantizer.FromCodes(codes[^1]);
        }
        return stack(codes, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Codes <c>[batch, quantizers, frames]</c> to vectors <c>[batch, frames, width]</c>.</summary>
    /// <exception cref="ArgumentException">There are more codes per frame than quantizers.</exception>
    public Tensor FromCodes(Tensor codes)
    {
        long count = codes.shape[1];
        if (count < 1 || count > Quantizers.Count)
            throw new ArgumentException($"{count} codes a frame for {Quantizers.Count} quantizers.", nameof(codes));
        using var scope = NewDisposeScope();
        Tensor sum = Quantizers[0].FromCodes(codes.select(1, 0));
        for (int i = 1; i < count; i++)
            sum = sum.Plus(Quantizers[i].FromCodes(codes.select(1, i)));
        return sum.MoveToOuterDisposeScope();
    }

    /// <summary>Quantizes with straight-through gradients; losses add up over the quantizers.</summary>
    public QuantizerOutput ForwardTraining(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        QuantizerOutput total = Quantizers[0].ForwardTraining(hidden);
        List<Tensor> codes = [total.Codes];
        Tensor residual = hidden;
        QuantizerOutput last = total;
        foreach (VectorQuantizer quantizer in Quantizers.Skip(1))
        {
            residual = residual - last.Output;
            last = quantizer.ForwardTraining(residual);
            codes.Add(last.Codes);
            total = new(total.Output.Plus(last.Output), total.Codes, total.Commitment.Plus(last.Commitment),
                total.CodebookLoss.Plus(last.CodebookLoss));
        }
        return new(total.Output.MoveToOuterDisposeScope(), stack(codes, 1).MoveToOuterDisposeScope(),
            total.Commitment.MoveToOuterDisposeScope(), total.CodebookLoss.MoveToOuterDisposeScope());
    }
}
