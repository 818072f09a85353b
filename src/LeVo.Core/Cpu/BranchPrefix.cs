using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Cpu.Weights;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// Keys and values of the conditions of one guidance branch in both stacks. Sequences with equal conditions share them:
/// whoever shares disposes, and the last one frees the memory.
/// </summary>
internal sealed unsafe class BranchPrefix : IDisposable
{
    private readonly IDisposable owner;
    private int shares = 1;

    /// <summary>Takes memory for conditions that are not read yet.</summary>
    public BranchPrefix(LeLmConfig config, KvFormat format)
        : this(config, format, new NativeBlock(BytesFor(config, format)))
    {
    }

    /// <summary>Opens conditions in a cache file, which it owns.</summary>
    public BranchPrefix(LeLmConfig config, KvFormat format, CacheFile file)
        : this(config, format, file, file.Data)
    {
    }

    private BranchPrefix(LeLmConfig config, KvFormat format, NativeBlock block)
        : this(config, format, block, block.Pointer)
    {
    }

    private BranchPrefix(LeLmConfig config, KvFormat format, IDisposable owner, byte* memory)
    {
        this.owner = owner;
        Memory = memory;
        Mixed = new(format, config, config.PrefixLength, memory);
        Tracks = new(format, config, config.PrefixLength,
            memory + KvSegment.BytesFor(format, config, config.MixedLayers, config.PrefixLength));
    }

    /// <summary>All keys and values, <see cref="BytesFor"/> bytes.</summary>
    public byte* Memory { get; }

    /// <summary>Whether others use the memory, too.</summary>
    public bool IsShared => Volatile.Read(ref shares) > 1;

    /// <summary>Those of stack 1.</summary>
    public KvSegment Mixed { get; }

    /// <summary>Those of stack 2.</summary>
    public KvSegment Tracks { get; }

    public static long BytesFor(LeLmConfig config, KvFormat format) =>
        KvSegment.BytesFor(format, config, config.MixedLayers + config.TrackLayers, config.PrefixLength);

    /// <summary>Another share of the same memory.</summary>
    public BranchPrefix Share()
    {
        Interlocked.Increment(ref shares);
        return this;
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref shares) == 0)
            owner.Dispose();
    }
}
