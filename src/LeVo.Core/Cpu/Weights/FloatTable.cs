using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;

namespace LeVo.Core.Cpu.Weights;

/// <summary>An embedding table that is read from its source row by row, without loading it.</summary>
internal sealed class FloatTable(IFloatSource source, TensorInfo info)
{
    private readonly IFloatTensor tensor = source.Find(info.Name)
        ?? throw new KeyNotFoundException($"'{info.Name}' is missing.");

    private readonly int width = (int)info.Shape[1];

    public long Rows => info.Shape[0];

    /// <param name="id">The row.</param>
    /// <param name="destination">Receives the row; further elements are unchanged.</param>
    public void Read(long id, Span<float> destination)
    {
        Check(id);
        tensor.Read(id * width, destination[..width]);
    }

    /// <summary>Adds a row to a vector.</summary>
    /// <param name="id">The row.</param>
    /// <param name="sum">The vector.</param>
    /// <param name="scratch">A buffer for one row.</param>
    public void Add(long id, Span<float> sum, Span<float> scratch)
    {
        Read(id, scratch);
        System.Numerics.Tensors.TensorPrimitives.Add(sum[..width], scratch[..width], sum[..width]);
    }

    private void Check(long id)
    {
        if (id < 0 || id >= Rows)
        {
            throw new ArgumentOutOfRangeException(nameof(id), id,
                $"'{info.Name}' {StoredTensor.Text(info.Shape)} has no row {id}.");
        }
    }
}
