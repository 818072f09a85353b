namespace LeVo.Core.Cpu.Kernels;

/// <summary>
/// Activations in 8 bits: every row has one scale per group of inputs. The sums of the groups' values correct for
/// weights that are stored with an offset.
/// </summary>
internal sealed unsafe class QuantizedRows : IDisposable
{
    private readonly NativeBlock block;
    private readonly long scalesAt;
    private readonly long sumsAt;

    /// <param name="rows">Maximum number of rows.</param>
    /// <param name="inputs">Maximum number of inputs, a multiple of the group size.</param>
    public QuantizedRows(int rows, int inputs)
    {
        long values = BlockFormat.RoundUp((long)rows * inputs, 64), groups = (long)rows * inputs / BlockFormat.Group;
        scalesAt = values;
        sumsAt = scalesAt + BlockFormat.RoundUp(groups * sizeof(float), 64);
        block = new(sumsAt + groups * sizeof(int));
        block.Clear();
    }

    /// <summary>Pointer to a row with the current product's number of groups.</summary>
    public sbyte* Values(int row, int groups) => (sbyte*)block.Pointer + (long)row * groups * BlockFormat.Group;

    public float* Scales(int row, int groups) => (float*)(block.Pointer + scalesAt) + (long)row * groups;

    public int* Sums(int row, int groups) => (int*)(block.Pointer + sumsAt) + (long)row * groups;

    public void Dispose() => block.Dispose();
}
