using LeVo.Codec.Model;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Quantization;

/// <summary>
/// Vector quantizer of factorised, normalized codes: a narrow projection picks the entry of largest cosine; the entry
/// itself, not normalized, is projected back.
/// </summary>
internal sealed class VectorQuantizer
{
    // Scores of one chunk of vectors against all entries: 16 MB however large the codebook.
    private const long ScoresPerChunk = 1 << 22;
    private readonly Parameter? inWeight, inBias;
    private readonly Parameter outWeight, outBias;

    public VectorQuantizer(ParameterBuilder parameters, QuantizerTensors tensors)
    {
        if (tensors is { InputWeight: { } weight, InputBias: { } bias })
            (inWeight, inBias) = (parameters.TakeWeightNorm(weight), parameters.Take(bias));
        outWeight = parameters.TakeWeightNorm(tensors.OutputWeight);
        outBias = parameters.Take(tensors.OutputBias);
        Codebook = parameters.Take(tensors.Codebook);
    }

    /// <summary>Entries <c>[codebookSize, codeWidth]</c>.</summary>
    public Parameter Codebook { get; }

    /// <summary>Down to the codes' width: <c>[batch, frames, width]</c> to <c>[batch, frames, codeWidth]</c>.</summary>
    /// <exception cref="NotSupportedException">The file holds no such projection.</exception>
    public Tensor Project(Tensor hidden)
    {
        if (inWeight is null)
            throw new NotSupportedException("The quantizer only turns codes into vectors.");
        using var scope = NewDisposeScope();
        return nn.functional.linear(hidden, inWeight.squeeze(-1), inBias).MoveToOuterDisposeScope();
    }

    /// <summary>Up from the codes' width: <c>[batch, frames, codeWidth]</c> to <c>[batch, frames, width]</c>.</summary>
    public Tensor Expand(Tensor code)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(code, outWeight.squeeze(-1), outBias).MoveToOuterDisposeScope();
    }

    /// <summary>Codes of hidden states, <c>[batch, frames, width]</c> to int64 <c>[batch, frames]</c>.</summary>
    public Tensor Encode(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return Nearest(Project(hidden)).MoveToOuterDisposeScope();
    }

    /// <summary>Index of the nearest entry, both sides normalized; the lowest of equals.</summary>
    public Tensor Nearest(Tensor projected)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Tensor rows = projected.reshape(-1, Codebook.shape[1]);
        long chunk = Math.Max(1, ScoresPerChunk / Codebook.shape[0]);
        (Tensor entries, Tensor offsets) = NormalizedEntries();
        List<Tensor> codes = [];
        for (long start = 0; start < rows.shape[0]; start += chunk)
        {
            long count = Math.Min(chunk, rows.shape[0] - start);
            using Tensor scores = Scores(rows.narrow(0, start, count), entries, offsets);
            codes.Add(scores.argmax(1));
        }
        long[] shape = projected.shape;
        return cat(codes, 0).view(shape[..^1]).MoveToOuterDisposeScope();
    }

    /// <summary>Entries of codes, <c>[batch, frames]</c> to <c>[batch, frames, codeWidth]</c>.</summary>
    public Tensor Lookup(Tensor codes)
    {
        using var scope = NewDisposeScope();
        Tensor rows = Codebook.index_select(0, codes.flatten());
        return rows.view([.. codes.shape, Codebook.shape[1]]).MoveToOuterDisposeScope();
    }

    /// <summary>Vectors of codes, <c>[batch, frames]</c> to <c>[batch, frames, width]</c>.</summary>
    public Tensor FromCodes(Tensor codes)
    {
        using var scope = NewDisposeScope();
        return Expand(Lookup(codes)).MoveToOuterDisposeScope();
    }

    /// <summary>Quantizes with a straight-through gradient.</summary>
    public QuantizerOutput ForwardTraining(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        Tensor projected = Project(hidden);
        Tensor codes = Nearest(projected);
        Tensor entries = Lookup(codes);
        Tensor commitment = (projected - entries.detach()).Squared().mean();
        Tensor codebook = (entries - projected.detach()).Squared().mean();
        Tensor output = Expand(projected.Plus((entries - projected).detach()));
        return new(output.MoveToOuterDisposeScope(), codes.MoveToOuterDisposeScope(),
            commitment.MoveToOuterDisposeScope(), codebook.MoveToOuterDisposeScope());
    }

    /// <summary>(1 - squared distance) / 2 of normalized rows and entries: the largest is the nearest.</summary>
    internal Tensor Scores(Tensor rows)
    {
        using var scope = NewDisposeScope();
        (Tensor entries, Tensor offsets) = NormalizedEntries();
        return Scores(rows, entries, offsets).MoveToOuterDisposeScope();
    }

    private static Tensor Scores(Tensor rows, Tensor entries, Tensor offsets)
    {
        using var scope = NewDisposeScope();
        Tensor unit = nn.functional.normalize(rows, p: 2, dim: 1, eps: 1e-12);
        return nn.functional.linear(unit, entries, offsets).MoveToOuterDisposeScope();
    }

    // The norms are all one but for an entry of zeros, which the plain cosine would misplace.
    private (Tensor Entries, Tensor Offsets) NormalizedEntries()
    {
        using var scope = NewDisposeScope();
        Tensor entries = nn.functional.normalize(Codebook, p: 2, dim: 1, eps: 1e-12);
        Tensor offsets = entries.Squared().sum(1).Times(-0.5);
        return (entries.MoveToOuterDisposeScope(), offsets.MoveToOuterDisposeScope());
    }
}
