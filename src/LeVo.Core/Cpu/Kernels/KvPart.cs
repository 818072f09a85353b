namespace LeVo.Core.Cpu.Kernels;

/// <summary>The keys or the values of one head at consecutive positions.</summary>
internal readonly unsafe struct KvPart(byte* data, float* scales, int stride)
{
    public byte* Data => data;

    /// <summary>The scales of the positions, if the format has them.</summary>
    public float* Scales => scales;

    /// <summary>Elements of a position, the padded width of a head.</summary>
    public int Stride => stride;
}
