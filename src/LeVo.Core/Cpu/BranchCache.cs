using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>The KV caches of one guidance branch of a sequence: one for each stack, which can differ in length.</summary>
internal sealed unsafe class BranchCache(LeLmConfig config, int capacity) : IDisposable
{
    /// <summary>The cache of stack 1.</summary>
    public KvCache Mixed { get; } = new(config, config.MixedLayers, capacity);

    /// <summary>The cache of stack 2.</summary>
    public KvCache Tracks { get; } = new(config, config.TrackLayers, capacity);

    public static long BytesFor(LeLmConfig config, int positions) =>
        KvCache.BytesFor(config, config.MixedLayers + config.TrackLayers, positions);

    /// <summary>Copies the first positions to memory of <see cref="BytesFor"/> bytes.</summary>
    public void CopyTo(byte* target, int positions)
    {
        Mixed.CopyTo(target, positions);
        Tracks.CopyTo(target + KvCache.BytesFor(config, config.MixedLayers, positions), positions);
    }

    /// <summary>Restores positions from memory written by <see cref="CopyTo"/>.</summary>
    public void CopyFrom(byte* source, int positions)
    {
        Mixed.CopyFrom(source, positions);
        Tracks.CopyFrom(source + KvCache.BytesFor(config, config.MixedLayers, positions), positions);
    }

    public void Dispose()
    {
        Mixed.Dispose();
        Tracks.Dispose();
    }
}
