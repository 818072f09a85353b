namespace LeVo.Core.Cpu.Kernels;

/// <summary>A vector of float32 weights, padded with zeros. Its memory is bound later.</summary>
internal sealed unsafe class FloatVector(int length)
{
    public int Length => length;

    /// <summary>Length with padding.</summary>
    public int Padded { get; } = BlockFormat.RoundUp(length, BlockFormat.Group);

    public long Bytes => (long)Padded * sizeof(float);

    public float* Data { get; private set; }

    public void Bind(byte* start) => Data = (float*)start;
}
