using System.Runtime.InteropServices;
using LeVo.Core.Checkpoints;
using LeVo.Core.Listings;

namespace LeVo.Benchmarks.Songs;

/// <summary>The values of one tensor of a random model: uniform with the standard deviation of its initialisation.</summary>
internal sealed class RandomValues(TensorInfo tensor, uint seed)
{
    private const int Piece = 1 << 20;

    /// <summary>A value that all elements have, or null.</summary>
    public float? Constant { get; set; } = tensor.Init.Kind == InitKind.Constant ? (float)tensor.Init.Scale : null;

    /// <summary>A row of zeros, or null.</summary>
    public long? ZeroRow { get; set; }

    /// <summary>Writes all values as float32 or bfloat16.</summary>
    public void Write(Stream stream, ElementType type)
    {
        // Embeddings have an initial deviation of 1 and trained matrices one that follows from their inputs, too.
        double deviation = tensor.Init.Kind == InitKind.Uniform ? tensor.Init.Scale / Math.Sqrt(3) : tensor.Init.Scale;
        float scale = (float)(deviation * Math.Sqrt(3)) / (1 << 23);
        long row = tensor.Count / tensor.Shape[0];
        (long zeroFirst, long zeroLast) = ZeroRow is { } end ? (end * row, (end + 1) * row) : (0, 0);
        uint state = seed * 2654435761 + 1;
        var values = new float[Piece];
        var halves = new ushort[Piece];
        for (long first = 0; first < tensor.Count; first += Piece)
        {
            Span<float> part = values.AsSpan(0, (int)Math.Min(Piece, tensor.Count - first));
            for (int i = 0; i < part.Length; i++)
            {
                state = state * 1664525 + 1013904223;
                part[i] = Constant ?? (first + i >= zeroFirst && first + i < zeroLast ? 0 : ((int)(state >> 8) - (1 << 23)) * scale);
            }
            if (type == ElementType.Float32)
            {
                stream.Write(MemoryMarshal.AsBytes(part));
                continue;
            }
            for (int i = 0; i < part.Length; i++)
                halves[i] = (ushort)(BitConverter.SingleToUInt32Bits(part[i]) >> 16);
            stream.Write(MemoryMarshal.AsBytes(halves.AsSpan(0, part.Length)));
        }
    }
}
