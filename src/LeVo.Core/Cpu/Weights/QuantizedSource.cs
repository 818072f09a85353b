using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Cpu.Weights;

/// <summary>
/// Rows of one block that the source has quantised. Where it has groups of signed bytes with a scale, their integers are
/// kept; the scale is rounded to the engine's type, which adds at most 2^-9 of a weight.
/// </summary>
internal sealed unsafe class QuantizedSource(int groups)
{
    private readonly bool[] fewLevels = new bool[BlockFormat.Outputs];
    private readonly bool[] kept = new bool[BlockFormat.Outputs];
    private readonly sbyte[] values = new sbyte[BlockFormat.Outputs * groups * BlockFormat.Group];
    private readonly float[] scales = new float[BlockFormat.Outputs * groups];

    /// <summary>Whether a row is kept.</summary>
    public bool Keeps(int row) => kept[row];

    /// <summary>Whether a row that is not kept has few levels.</summary>
    public bool HasFewLevels(int row) => fewLevels[row];

    /// <summary>Starts a row anew.</summary>
    public void Forget(int row) => kept[row] = fewLevels[row] = false;

    /// <summary>Reads a row, if its integers can be kept.</summary>
    public bool TryRead(IFloatTensor tensor, long first, int row)
    {
        fewLevels[row] = tensor.HasFewLevels;
        Span<sbyte> bytes = values.AsSpan(row * groups * BlockFormat.Group, groups * BlockFormat.Group);
        // The kernels multiply values from -127 to 127, and files have no others unless they were made by hand.
        return kept[row] = tensor.TryReadGroups(first, bytes, scales.AsSpan(row * groups, groups)) && !bytes.Contains(sbyte.MinValue);
    }

    /// <summary>Copies a group and returns its scale.</summary>
    public float Take(int row, int group, int* target)
    {
        int at = row * groups + group;
        for (int i = 0; i < BlockFormat.Group; i++)
            target[i] = values[at * BlockFormat.Group + i];
        return WeightQuantizer.Round(scales[at]);
    }
}
