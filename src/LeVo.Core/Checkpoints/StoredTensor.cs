
namespace LeVo.Core.Checkpoints;

/// <summary>
/// A tensor as a file stores it: element type, shape, strides in elements, and the file offset of its first element.
/// </summary>
internal sealed record StoredTensor(string Name, ElementType Type, long[] Shape, long[] Strides, long Offset)
{
    /// <summary>The file among those of its checkpoint, from 0.</summary>
    public int File { get; init; }

    /// <summary>
    /// How quantised values are stored, or null. Then type, strides and sizes are those of the decoded values, and the
    /// offset is that of the first block.
    /// </summary>
    public BlockEncoding? Blocks { get; init; }

    /// <summary>Elements of the tensor.</summary>
    public long Count { get; } = Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>Bytes of the tensor's values, row-major without gaps.</summary>
    public long ByteCount => Count * Type.Size();

    /// <summary>Bytes of the values from the first to the last stored element, inclusive.</summary>
    public long ExtentBytes => ExtentCount * Type.Size();

    /// <summary>Stored elements from the first to the last, inclusive.</summary>
    public long ExtentCount => Count == 0 ? 0 : 1 + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();

    /// <summary>Whether the values are stored row-major without gaps.</summary>
    public bool IsContiguous =>
        Count <= 1 || Shape.Zip(Strides, RowMajor(Shape)).All(d => d.First == 1 || d.Second == d.Third);

    /// <summary>The position of an element, in elements from the first one.</summary>
    /// <param name="index">The element's index in row-major order.</param>
    public long Position(long index)
    {
        long position = 0;
        for (int d = Shape.Length - 1; d >= 0; d--)
            (position, index) = (position + index % Shape[d] * Strides[d], index / Shape[d]);
        return position;
    }

    /// <summary>Creates a tensor whose values are stored row-major without gaps.</summary>
    public static StoredTensor Contiguous(string name, ElementType type, long[] shape, long offset) =>
        new(name, type, shape, RowMajor(shape), offset);

    /// <summary>The shape as text, <c>[2, 3]</c>.</summary>
    public static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";

    private static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        long stride = 1;
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= Math.Max(1, shape[d]);
        }
        return strides;
    }
}
