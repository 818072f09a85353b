using LeVo.Core.Cpu.Kernels;

namespace LeVo.Core.Cpu;

/// <summary>
/// The columns of a sequence that stack 1 has processed and stack 2 has not, oldest first: their ids and stack 1's hidden
/// states in both branches.
/// </summary>
internal sealed unsafe class WaitingColumns(int codebooks, int width) : IDisposable
{
    private const int FirstCapacity = 64;
    private NativeBlock? hidden;
    private int[] ids = [];
    private int capacity, start;

    /// <summary>Number of columns.</summary>
    public int Count { get; private set; }

    /// <summary>The ids of a column, <c>[codebooks]</c>.</summary>
    /// <param name="column">Index among the waiting columns.</param>
    public Span<int> Ids(int column) => ids.AsSpan((start + column) % capacity * codebooks, codebooks);

    /// <summary>Stack 1's hidden state of a column, <c>[width]</c>.</summary>
    /// <param name="column">Index among the waiting columns.</param>
    /// <param name="branch">The guidance branch.</param>
    public Span<float> Hidden(int column, int branch) => new((float*)hidden!.Pointer
        + ((long)((start + column) % capacity) * CpuSequence.Branches + branch) * width, width);

    /// <summary>Adds a column, whose contents are undefined, and returns its index.</summary>
    public int Add()
    {
        if (Count == capacity)
            Grow();
        return Count++;
    }

    /// <summary>Removes the oldest columns.</summary>
    public void Remove(int count)
    {
        (start, Count) = ((start + count) % capacity, Count - count);
    }

    public void Dispose() => hidden?.Dispose();

    private void Grow()
    {
        int larger = Math.Max(FirstCapacity, 2 * capacity);
        NativeBlock block = NativeBlock.ForFloats((long)larger * CpuSequence.Branches * width);
        var kept = new int[larger * codebooks];
        for (int column = 0; column < Count; column++)
        {
            Ids(column).CopyTo(kept.AsSpan(column * codebooks));
            for (int branch = 0; branch < CpuSequence.Branches; branch++)
            {
                Hidden(column, branch).CopyTo(new(
                    (float*)block.Pointer + ((long)column * CpuSequence.Branches + branch) * width, width));
            }
        }
        hidden?.Dispose();
        (hidden, ids, capacity, start) = (block, kept, larger, 0);
    }
}
