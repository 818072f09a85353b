namespace LeVo.Core.Cpu.Kernels;

/// <summary>A quantised matrix in blocks (see <see cref="BlockFormat"/>). Its memory is bound later.</summary>
internal sealed unsafe class QuantizedMatrix(WeightBits bits, int inputs, int outputs)
{
    private byte* data;

    public WeightBits Bits => bits;

    /// <summary>Inputs before padding.</summary>
    public int Inputs => inputs;

    /// <summary>Outputs before padding.</summary>
    public int Outputs => outputs;

    public int Groups { get; } = BlockFormat.RoundUp(inputs, BlockFormat.Group) / BlockFormat.Group;

    public int Blocks { get; } = BlockFormat.RoundUp(outputs, BlockFormat.Outputs) / BlockFormat.Outputs;

    public int BlockBytes => BlockFormat.BlockBytes(bits, Groups);

    private int BlockScales => Groups * BlockFormat.Outputs;

    /// <summary>Bytes of all weights and scales.</summary>
    public long Bytes => (long)Blocks * (BlockBytes + BlockScales * sizeof(ushort));

    public byte* Block(int index) => Block(data, index);

    public ushort* Scales(int index) => Scales(data, index);

    /// <summary>A block's weights in memory that the matrix is not bound to.</summary>
    public byte* Block(byte* start, int index) => start + (long)index * BlockBytes;

    /// <summary>A block's scales in memory that the matrix is not bound to.</summary>
    public ushort* Scales(byte* start, int index) =>
        (ushort*)(start + (long)Blocks * BlockBytes) + (long)index * BlockScales;

    public void Bind(byte* start) => data = start;
}
