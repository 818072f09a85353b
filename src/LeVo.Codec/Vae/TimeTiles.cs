using static TorchSharp.torch;

namespace LeVo.Codec.Vae;

/// <summary>
/// Runs layers over a long signal piece by piece. A layer's signals are then small enough to stay in the processor's caches
/// and in memory that the allocator reuses; whole ones (126 MB each at the released size) are fetched from
/// memory anew by every operation, and from the system page by page. Each piece takes so much of its neighbours with it
/// that the result is the same.
/// </summary>
internal static class TimeTiles
{
    /// <summary>Numbers of a tile's largest signal: 4 MB.</summary>
    public const long TileElements = 1 << 20;

    /// <summary>A tile is so many times as long as what it takes from a neighbour.</summary>
    private const long LeastReaches = 16;

    /// <summary>Applies layers to <c>[batch, channels, time]</c>; the result is <c>[batch, outputs, time · stride]</c>.</summary>
    /// <param name="x">The signal.</param>
    /// <param name="layers">What to apply: every output depends on a bounded stretch of the input, and zeros stand beyond
    /// the input's ends.</param>
    /// <param name="channels">Channels of the widest signal at the output's rate.</param>
    /// <param name="stride">Output samples of an input sample.</param>
    /// <param name="reach">Input samples to either side that an input sample's outputs depend on.</param>
    public static Tensor Run(Tensor x, Func<Tensor, Tensor> layers, long channels, int stride, int reach)
    {
        long time = x.shape[2];
        long tile = Math.Max(TileElements / (x.shape[0] * channels * stride), LeastReaches * reach);
        // Graphics processors have no such caches, and a gradient needs all signals anyway.
        if (x.device_type != TorchSharp.DeviceType.CPU || is_grad_enabled() || time <= tile + tile / 2)
            return layers(x);
        using var scope = NewDisposeScope();
        long count = (time + tile - 1) / tile, kept = (time + count - 1) / count, window = kept + 2 * reach;
        Tensor? y = null;
        for (long first = 0; first < time; first += kept)
        {
            using var step = NewDisposeScope();
            // Windows of one length, so that libtorch prepares its convolutions once.
            long start = Math.Clamp(first - reach, 0, time - window), length = Math.Min(kept, time - first);
            Tensor part = layers(x.narrow(2, start, window));
            y ??= empty([part.shape[0], part.shape[1], time * stride], part.dtype, part.device).MoveToOuterDisposeScope();
            y.narrow(2, first * stride, length * stride).copy_(part.narrow(2, (first - start) * stride, length * stride));
        }
        return y!.MoveToOuterDisposeScope();
    }
}
