using LeVo.Core.Model;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// Keys (after rotation) and values of both stacks for one session. Memory is allocated once and written in place;
/// attention reads views of the filled part. Not thread-safe, and only usable without gradients.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private readonly LayerCache[] mixed;
    private readonly LayerCache[] tracks;

    /// <param name="config">Sizes of the model.</param>
    /// <param name="batch">Rows decoded together (2 with guidance).</param>
    /// <param name="capacity">Maximum number of positions: the prefix and all columns.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="dtype">The model's element type.</param>
    public KvCache(LeLmConfig config, long batch, long capacity, Device device, ScalarType dtype)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        long[] shape = [batch, config.Heads, capacity, config.HeadWidth];
        mixed = [.. Enumerable.Range(0, config.MixedLayers).Select(_ => new LayerCache(shape, device, dtype))];
        tracks = [.. Enumerable.Range(0, config.TrackLayers).Select(_ => new LayerCache(shape, device, dtype))];
        Batch = batch;
        Capacity = capacity;
    }

    /// <summary>Rows decoded together.</summary>
    public long Batch { get; private set; }

    /// <summary>Maximum number of positions.</summary>
    public long Capacity { get; }

    /// <summary>Number of positions stored, including the prefix.</summary>
    public long Position { get; private set; }

    internal LayerCache[] Mixed => mixed;

    internal LayerCache[] Tracks => tracks;

    /// <summary>Clears the cache without releasing its memory.</summary>
    public void Reset() => Position = 0;

    /// <summary>Keeps some rows, which are then numbered from 0; the others are no longer decoded.</summary>
    /// <param name="rows">The rows in ascending order.</param>
    public void KeepRows(IReadOnlyList<long> rows)
    {
        using var noGradient = no_grad();
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i] != i)
                foreach (LayerCache layer in mixed.Concat(tracks))
                    layer.Copy(rows[i], i, Position);
        }
        Batch = rows.Count;
    }

    internal void Advance(long count) => Position += count;

    /// <exception cref="InvalidOperationException">The batch size differs, the capacity is exceeded, or gradients are
    /// enabled.</exception>
    internal void EnsureRoom(long batch, long count)
    {
        if (batch != Batch)
            throw new InvalidOperationException($"The cache holds {Batch} rows, not {batch}.");
        if (Position + count > Capacity)
            throw new InvalidOperationException($"The cache holds {Capacity} positions; {Position + count} are needed.");
        if (is_grad_enabled())
            throw new InvalidOperationException("Decoding with a cache requires no_grad, because the cache is written in place.");
    }

    public void Dispose()
    {
        foreach (LayerCache layer in mixed.Concat(tracks))
            layer.Dispose();
    }
}

/// <summary>Keys and values [batch, heads, capacity, head width] of one layer.</summary>
internal sealed class LayerCache(long[] shape, Device device, ScalarType dtype) : IDisposable
{
    private readonly Tensor keys = empty(shape, dtype, device).DetachFromDisposeScope();
    private readonly Tensor values = empty(shape, dtype, device).DetachFromDisposeScope();

    /// <summary>Keys and values.</summary>
    public IReadOnlyList<Tensor> Tensors => [keys, values];

    /// <summary>Writes [batch, heads, count, head width] at a position.</summary>
    public void Write(Tensor key, Tensor value, long position)
    {
        using var scope = NewDisposeScope();
        long rows = key.size(0), count = key.size(2);
        Rows(keys, rows).narrow(2, position, count).copy_(key);
        Rows(values, rows).narrow(2, position, count).copy_(value);
    }

    /// <summary>Views of the first <paramref name="length"/> positions of the first rows.</summary>
    public (Tensor Keys, Tensor Values) Read(long rows, long length) =>
        (Rows(keys, rows).narrow(2, 0, length), Rows(values, rows).narrow(2, 0, length));

    /// <summary>Copies the first <paramref name="length"/> positions of a row to another.</summary>
    public void Copy(long from, long to, long length)
    {
        using var scope = NewDisposeScope();
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[keys, values])
            tensor.select(0, to).narrow(1, 0, length).copy_(tensor.select(0, from).narrow(1, 0, length));
    }

    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
    }

    private static Tensor Rows(Tensor tensor, long rows) => rows == tensor.size(0) ? tensor : tensor.narrow(0, 0, rows);
}
