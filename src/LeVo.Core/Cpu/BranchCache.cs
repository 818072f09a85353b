using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>The KV caches of one guidance branch of a sequence: one for each stack, which can differ in length.</summary>
internal sealed unsafe class BranchCache : IDisposable
{
    private readonly LeLmConfig config;
    private readonly KvFormat format;
    private readonly NativeBlock columns;
    private BranchPrefix? prefix;

    /// <param name="config">Sizes of the model.</param>
    /// <param name="format">How keys and values are stored.</param>
    /// <param name="columns">Maximum number of columns.</param>
    public BranchCache(LeLmConfig config, KvFormat format, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        (this.config, this.format) = (config, format);
        this.columns = new(KvSegment.BytesFor(format, config, config.MixedLayers + config.TrackLayers, columns));
        byte* tracks = this.columns.Pointer + KvSegment.BytesFor(format, config, config.MixedLayers, columns);
        Mixed = new(config.PrefixLength, new(format, config, columns, this.columns.Pointer));
        Tracks = new(config.PrefixLength, new(format, config, columns, tracks));
    }

    /// <summary>The cache of stack 1.</summary>
    public KvCache Mixed { get; }

    /// <summary>The cache of stack 2.</summary>
    public KvCache Tracks { get; }

    /// <summary>The conditions' keys and values, if there is memory for them.</summary>
    public BranchPrefix? Prefix => prefix;

    /// <summary>Bytes of memory that no other sequence uses.</summary>
    public long OwnBytes => columns.Bytes + (prefix is null or { IsShared: true } ? 0 : BranchPrefix.BytesFor(config, format));

    /// <summary>Takes memory for the conditions, unless there is some.</summary>
    public void CreatePrefix()
    {
        if (prefix is null)
            Use(new(config, format));
    }

    /// <summary>Uses conditions that have been read, instead of memory of its own.</summary>
    public void SharePrefix(BranchPrefix read)
    {
        Use(read.Share());
        Mixed.Length = Math.Max(Mixed.Length, config.PrefixLength);
        Tracks.Length = Math.Max(Tracks.Length, config.PrefixLength);
    }

    public void Dispose()
    {
        columns.Dispose();
        prefix?.Dispose();
    }

    private void Use(BranchPrefix used)
    {
        prefix?.Dispose();
        (prefix, Mixed.Prefix, Tracks.Prefix) = (used, used.Mixed, used.Tracks);
    }
}
