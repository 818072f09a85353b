using System.Numerics.Tensors;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// Keys (after rotation) and values of one sequence in one stack, in float16, [layer, key or value, head, position, head
/// width], the width padded with zeros to whole vectors.
/// </summary>
internal sealed unsafe class KvCache : IDisposable
{
    private readonly NativeBlock block;
    private readonly int heads, layers;
    private readonly long headElements;

    /// <param name="config">Sizes of the model.</param>
    /// <param name="layers">Layers of the stack.</param>
    /// <param name="capacity">Maximum number of positions.</param>
    public KvCache(LeLmConfig config, int layers, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        (heads, this.layers, Capacity) = (config.Heads, layers, capacity);
        HeadStride = BlockFormat.RoundUp(config.HeadWidth, HalfVectors.Chunk);
        headElements = (long)capacity * HeadStride;
        block = new(BytesFor(config, layers, capacity));
    }

    public int Capacity { get; }

    /// <summary>Number of positions stored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value exceeds <see cref="Capacity"/>.</exception>
    public int Length
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Capacity);
            field = value;
        }
    }

    /// <summary>Stride of positions in elements.</summary>
    public int HeadStride { get; }

    public static long BytesFor(LeLmConfig config, int layers, int positions) =>
        2L * layers * config.Heads * positions * BlockFormat.RoundUp(config.HeadWidth, HalfVectors.Chunk) * sizeof(ushort);

    public ushort* Keys(int layer, int head) => Part(2 * layer, head);

    public ushort* Values(int layer, int head) => Part(2 * layer + 1, head);

    /// <summary>Writes one position of one head.</summary>
    public static void Write(ushort* positions, int position, int stride, float* vector, int width)
    {
        ushort* target = positions + (long)position * stride;
        TensorPrimitives.ConvertToHalf(new ReadOnlySpan<float>(vector, width), new Span<Half>(target, width));
        new Span<ushort>(target + width, stride - width).Clear();
    }

    /// <summary>Copies the first positions to memory, in the layout of a cache with that capacity.</summary>
    public void CopyTo(byte* target, int positions) => Copy(target, positions, into: false);

    /// <summary>Restores positions from memory written by <see cref="CopyTo"/>.</summary>
    public void CopyFrom(byte* source, int positions)
    {
        Copy(source, positions, into: true);
        Length = positions;
    }

    public void Dispose() => block.Dispose();

    private void Copy(byte* outside, int positions, bool into)
    {
        long bytes = (long)positions * HeadStride * sizeof(ushort);
        for (int part = 0; part < 2 * layers; part++)
        {
            for (int head = 0; head < heads; head++, outside += bytes)
            {
                ushort* inside = Part(part, head);
                if (into)
                    Buffer.MemoryCopy(outside, inside, bytes, bytes);
                else
                    Buffer.MemoryCopy(inside, outside, bytes, bytes);
            }
        }
    }

    private ushort* Part(int part, int head) => (ushort*)block.Pointer + ((long)part * heads + head) * headElements;
}
