using LeVo.Core.Model;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// Keys (after rotation) and values of both stacks for one session. The memory is taken once and written in place; attention
/// reads views of its filled part. Not for concurrent use, and only without gradients.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private readonly LayerCache[] mixed;
    private readonly LayerCache[] tracks;

    /// <param name="config">Sizes of the model.</param>
    /// <param name="batch">Rows decoded together (2 with guidance).</param>
    /// <param name="capacity">Positions: the prefix and all columns.</param>
    /// <param name="device">Where the model lives.</param>
    /// <param name="dtype">The model's type.</param>
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
    public long Batch { get; }

    /// <summary>Positions there is room for.</summary>
    public long Capacity { get; }

    /// <summary>Positions read so far, prefix included.</summary>
    public long Position { get; private set; }

    internal LayerCache[] Mixed => mixed;

    internal LayerCache[] Tracks => tracks;

    /// <summary>Forgets everything that was read; the memory stays.</summary>
    public void Reset() => Position = 0;

    internal void Advance(long count) => Position += count;

    /// <exception cref="InvalidOperationException">The rows differ, there is no room, or gradients are on.</exception>
    internal void EnsureRoom(long batch, long count)
    {
        if (batch != Batch)
            throw new InvalidOperationException($"The cache holds {Batch} rows, not {batch}.");
        if (Position + count > Capacity)
            throw new InvalidOperationException($"The cache holds {Capacity} positions; {Position + count} are needed.");
        if (is_grad_enabled())
            throw new InvalidOperationException("Decoding with a cache needs a no_grad guard: the cache is written in place.");
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

    /// <summary>Writes [batch, heads, count, head width] at a position.</summary>
    public void Write(Tensor key, Tensor value, long position)
    {
        using var scope = NewDisposeScope();
        long count = key.size(2);
        keys.narrow(2, position, count).copy_(key);
        values.narrow(2, position, count).copy_(value);
    }

    /// <summary>Views of the first <paramref name="length"/> positions.</summary>
    public (Tensor Keys, Tensor Values) Read(long length) => (keys.narrow(2, 0, length), values.narrow(2, 0, length));

    public void Dispose()
    {
        keys.Dispose();
        values.Dispose();
    }
}
