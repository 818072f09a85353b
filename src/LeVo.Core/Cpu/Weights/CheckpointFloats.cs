using System.Runtime.InteropServices;
using LeVo.Core.Checkpoints;
using LeVo.Core.IO;

namespace LeVo.Core.Cpu.Weights;

/// <summary>A checkpoint's tensors as float32. Its files are mapped; libtorch is not needed. Owns the
/// checkpoint.</summary>
internal sealed class CheckpointFloats : IFloatSource
{
    private readonly ICheckpoint checkpoint;
    private readonly MappedFile[] mapped;

    public CheckpointFloats(ICheckpoint checkpoint)
    {
        this.checkpoint = checkpoint;
        int files = 1 + checkpoint.Tensors.Values.Select(tensor => tensor.File).DefaultIfEmpty(0).Max();
        mapped = [.. Enumerable.Range(0, files).Select(checkpoint.Map)];
    }

    public IFloatTensor? Find(string name) => checkpoint.Tensors.TryGetValue(name, out StoredTensor? stored)
        ? new StoredFloats(this, stored)
        : null;

    /// <summary>The values of a tensor in the order in which they are stored, gaps between them included.</summary>
    public float[] ReadExtent(StoredTensor stored)
    {
        var values = new float[stored.ExtentCount];
        StoredTensor whole = StoredTensor.Contiguous(stored.Name, stored.Type, [values.Length], stored.Offset);
        new StoredFloats(this, whole with { Blocks = stored.Blocks, File = stored.File }).Read(0, values);
        return values;
    }

    public void Dispose()
    {
        foreach (MappedFile file in mapped)
            file.Dispose();
        checkpoint.Dispose();
    }

    private sealed unsafe class StoredFloats(CheckpointFloats owner, StoredTensor stored) : IFloatTensor
    {
        private readonly int size = stored.Type.Size();

        public long[] Shape => stored.Shape;

        public string? OtherType => stored.Type.IsFloatingPoint() ? null : stored.Type.ToString();

        public bool HasFewLevels => stored.Blocks is not null;

        public void Read(long first, Span<float> destination)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(first);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(first + destination.Length, stored.Count);
            int bytes = checked(destination.Length * size);
            if (stored is { IsContiguous: true, Blocks: { } blocks })
            {
                if (destination.Length > 0)
                    blocks.Decode(Stored(blocks, first, destination.Length), (int)(first % blocks.Values), destination);
                return;
            }
            if (stored.IsContiguous)
            {
                Convert(new(owner.mapped[stored.File].Pointer + stored.Offset + first * size, bytes), destination);
                return;
            }
            // Tensors that are not contiguous are rare and are copied element by element.
            byte[] values = new byte[bytes];
            owner.checkpoint.Read(stored.Name, first * size, values);
            Convert(values, destination);
        }

        public bool TryReadGroups(long first, Span<sbyte> values, Span<float> scales)
        {
            if (stored.Blocks != GgufBlocks.Q8 || !stored.IsContiguous || first % GgufBlocks.Q8.Values != 0)
                return false;
            ReadOnlySpan<byte> blocks = Stored(GgufBlocks.Q8, first, values.Length);
            for (int i = 0; i < scales.Length; i++)
            {
                ReadOnlySpan<byte> block = blocks[(i * GgufBlocks.Q8.Bytes)..];
                scales[i] = GgufBlocks.ScaleOf(block);
                MemoryMarshal.Cast<byte, sbyte>(GgufBlocks.IntegersOf(block)).CopyTo(values[(i * GgufBlocks.Q8.Values)..]);
            }
            return true;
        }

        private ReadOnlySpan<byte> Stored(BlockEncoding blocks, long first, int count) => new(
            owner.mapped[stored.File].Pointer + stored.Offset + blocks.BlockOf(first) * blocks.Bytes, (int)blocks.SpanBytes(first, count));

        private void Convert(ReadOnlySpan<byte> values, Span<float> destination)
        {
            if (!stored.Type.TryToFloat32(values, destination))
                throw new InvalidDataException($"'{stored.Name}' contains {stored.Type}.");
        }
    }
}
