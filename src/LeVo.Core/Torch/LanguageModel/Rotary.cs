using LeVo.Core.Model;
using LeVo.Core.Torch.Layers;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>
/// Rotary position embedding, half-split: x' = x cos + (-x[hd/2:], x[:hd/2]) sin. The tables of a stack are computed once in
/// float32, shared by its layers and by concurrent sessions, rounded to the type in use, and grown by doubling.
/// </summary>
internal sealed class Rotary(int headWidth, float theta) : IDisposable
{
    private const long SmallestTable = 1024;
    private readonly Lock growth = new();
    private readonly List<RotaryTable> tables = [];

    /// <summary>
    /// Views of rows [start, start + count) of the table for a type and device; the caller disposes them.
    /// </summary>
    public RotaryTable Rows(long start, long count, Device device, ScalarType dtype)
    {
        RotaryTable whole = Table(start + count, device, dtype);
        return new(whole.Cos.narrow(0, start, count), whole.Sin.narrow(0, start, count));
    }

    /// <summary>See <see cref="RotaryFrequencies"/>.</summary>
    public float[] InverseFrequencies() => RotaryFrequencies.Inverse(headWidth, theta);

    /// <summary>Disposes the tables. Must not be called during a forward pass.</summary>
    public void Dispose()
    {
        lock (growth)
        {
            tables.ForEach(table => table.Dispose());
            tables.Clear();
        }
    }

    private RotaryTable Table(long length, Device device, ScalarType dtype)
    {
        lock (growth)
        {
            long longest = 0;
            foreach (RotaryTable table in tables)
            {
                // Outgrown tables are kept because another session may be reading them; doubling bounds their total
                // size.
                if (!table.Fits(device, dtype))
                    continue;
                if (table.Length >= length)
                    return table;
                longest = Math.Max(longest, table.Length);
            }
            RotaryTable grown = Compute(Math.Max(length, Math.Max(SmallestTable, 2 * longest)), device, dtype);
            tables.Add(grown);
            return grown;
        }
    }

    private RotaryTable Compute(long length, Device device, ScalarType dtype)
    {
        // A table created while a caller is in inference mode must also be usable in training.
        using var ordinary = inference_mode(false);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        // The angle is a float32 product because the reference implementation rounds here, with a visible effect at
        // position 8000.
        Tensor angles = Scalars.Range(length, float32).unsqueeze(1) * tensor(InverseFrequencies()).unsqueeze(0);
        Tensor sin = angles.sin();
        return new(
            cat([angles.cos(), angles.cos()], 1).to(dtype, device).DetachFromDisposeScope(),
            cat([-sin, sin], 1).to(dtype, device).DetachFromDisposeScope());
    }
}

/// <summary>
/// Cosines and sines [positions, head width]; the first half of the sines is negated, so that the rotation is x' = x
/// cos + roll(x) sin.
/// </summary>
internal sealed record RotaryTable(Tensor Cos, Tensor Sin) : IDisposable
{
    public long Length => Cos.size(0);

    public bool Fits(Device device, ScalarType dtype) =>
        Cos.dtype == dtype && Cos.device_type == device.type && (device.index < 0 || Cos.device_index == device.index);

    /// <summary>Rotates [batch, heads, positions, head width].</summary>
    public Tensor Rotate(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x * Cos).addcmul(x.roll(x.size(-1) / 2, -1), Sin, Scalars.One).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
