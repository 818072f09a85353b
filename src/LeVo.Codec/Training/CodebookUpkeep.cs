using LeVo.Core.Torch.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>Keeps a codebook in use: an entry that no frame chose for many batches in a row moves to one of the batch's vectors.</summary>
internal sealed class CodebookUpkeep(int size) : IDisposable
{
    /// <summary>The released trainer waits 200 batches; a short run can't.</summary>
    private const int Patience = 40;

    /// <summary>Batches in a row that left each entry unused, <c>[codebookSize]</c>.</summary>
    public Tensor Idle { get; } = zeros(size).DetachFromDisposeScope();

    /// <summary>Places all entries on vectors of a batch, evenly spread over it.</summary>
    public static void Fill(Parameter codebook, Tensor projected)
    {
        using var scope = NewDisposeScope();
        Tensor rows = projected.reshape(-1, codebook.shape[1]);
        codebook.copy_(Spread(rows, codebook.shape[0]));
    }

    /// <summary>Counts which entries a batch used and moves those that were idle too long.</summary>
    public void Replace(Parameter codebook, Tensor projected, Tensor codes)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        Tensor used = bincount(codes.reshape(-1), minlength: size).gt(Scalars.Zero);
        Idle.add_(Scalars.One, Scalars.One).masked_fill_(used, Scalars.Zero);
        using Scalar patience = Patience.ToScalar();
        Tensor stale = Idle.ge(patience);
        long count = stale.sum().item<long>();
        if (count == 0)
            return;
        Tensor rows = projected.reshape(-1, codebook.shape[1]);
        codebook.index_copy_(0, stale.nonzero().squeeze(1), Spread(rows, count));
        Idle.masked_fill_(stale, Scalars.Zero);
    }

    private static Tensor Spread(Tensor rows, long count) =>
        rows.index_select(0, linspace(0, rows.shape[0] - 1, count).to(int64));

    public void Dispose() => Idle.Dispose();
}
