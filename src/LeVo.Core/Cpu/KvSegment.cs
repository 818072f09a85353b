using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>Consecutive positions of one stack's keys and values, [layer, head, keys or values], in memory that belongs to
/// others.</summary>
internal sealed unsafe class KvSegment
{
    private readonly byte* memory;
    private readonly int heads;
    private readonly long partBytes;

    /// <param name="format">How a head is stored.</param>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="capacity">Number of positions.</param>
    /// <param name="memory">Memory of <see cref="BytesFor"/> bytes.</param>
    public KvSegment(KvFormat format, LeLmConfig config, int capacity, byte* memory)
    {
        (Format, Capacity, heads) = (format, capacity, config.Heads);
        this.memory = memory;
        Stride = KvFormat.Stride(config.HeadWidth);
        partBytes = format.PartBytes(Stride, capacity);
    }

    public KvFormat Format { get; }

    public int Capacity { get; }

    private int Stride { get; }

    public static long BytesFor(KvFormat format, LeLmConfig config, int layers, int positions) =>
        2L * layers * config.Heads * format.PartBytes(KvFormat.Stride(config.HeadWidth), positions);

    public KvPart Keys(int layer, int head) => Part(layer, head, 0);

    public KvPart Values(int layer, int head) => Part(layer, head, 1);

    private KvPart Part(int layer, int head, int part) =>
        Format.Part(memory + (2 * ((long)layer * heads + head) + part) * partBytes, Stride, Capacity);
}
