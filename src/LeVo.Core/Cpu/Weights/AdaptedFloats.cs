using System.Numerics.Tensors;
using LeVo.Core.Adapters;

namespace LeVo.Core.Cpu.Weights;

/// <summary>Adds adapters to a source's weights when they are read. Owns the source.</summary>
internal sealed class AdaptedFloats(IFloatSource source, AdapterSet adapters) : IFloatSource
{
    public IFloatTensor? Find(string name)
    {
        IFloatTensor? found = source.Find(name);
        return found is { Shape.Length: 2 } && adapters.Of(name) is { Count: > 0 } pairs ? new Adapted(found, pairs) : found;
    }

    public void Dispose() => source.Dispose();

    private sealed class Adapted(IFloatTensor tensor, IReadOnlyList<LowRankPair> pairs) : IFloatTensor
    {
        public long[] Shape => tensor.Shape;

        public string? OtherType => tensor.OtherType;

        public void Read(long first, Span<float> destination)
        {
            tensor.Read(first, destination);
            long columns = Shape[1];
            for (int done = 0; done < destination.Length;)
            {
                (long row, long column) = Math.DivRem(first + done, columns);
                int count = (int)Math.Min(columns - column, destination.Length - done);
                foreach (LowRankPair pair in pairs)
                    Add(pair, row, column, destination.Slice(done, count));
                done += count;
            }
        }

        private void Add(LowRankPair pair, long row, long column, Span<float> part)
        {
            for (int r = 0; r < pair.Rank; r++)
            {
                float factor = (float)(pair.Scale * pair.B[row * pair.Rank + r]);
                TensorPrimitives.MultiplyAdd(pair.A.AsSpan((int)(r * Shape[1] + column), part.Length), factor, part, part);
            }
        }
    }
}
