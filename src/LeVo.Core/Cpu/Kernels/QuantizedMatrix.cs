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

    public long Bytes => (long)Blocks * BlockBytes;

    public byte* Block(int index) => data + (long)index * BlockBytes;

    public void Bind(byte* start) => data = start;
}
