using System.Numerics.Tensors;
using LeVo.Core.Cpu.Kernels;
using LeVo.Core.Model;

namespace LeVo.Core.Cpu;

/// <summary>
/// Causal attention over the KV caches, parallelised over rows and heads. Up to four consecutive rows of a sequence
/// share each read of its keys and values; the order of each row's sums is the same as for a single row.
/// </summary>
internal sealed unsafe class SelfAttention : IDisposable
{
    private const int MaxQueries = KvFormat.MaxQueries;
    private readonly WorkerPool pool;
    private readonly LoopBody rotate, attend;
    private readonly int width, heads, headWidth, headStride, queryFloats;
    private readonly KvFormat format;
    private readonly (int First, int Count)[] tiles;
    private NativeBlock? scratch;
    private int scoreStride, tileCount;
    private long workerFloats;
    private PassRows rows = null!;
    private Rotary rotary = null!;
    private float* projected;
    private float* output;
    private int layer, projectedStride, outputStride;

    public SelfAttention(WorkerPool pool, LeLmConfig config, KvFormat format, int maxRows)
    {
        (this.pool, this.format) = (pool, format);
        (width, heads, headWidth) = (config.Width, config.Heads, config.HeadWidth);
        headStride = KvFormat.Stride(headWidth);
        queryFloats = format.QueryFloats(headStride);
        tiles = new (int, int)[maxRows];
        (rotate, attend) = (Rotate, Attend);
    }

    /// <summary>Grows the buffers for scores. Must not be called during a pass.</summary>
    public void Grow(int positions)
    {
        if (positions <= scoreStride)
            return;
        scoreStride = BlockFormat.RoundUp(positions, 16);
        workerFloats = MaxQueries * ((long)queryFloats + headStride + scoreStride);
        scratch?.Dispose();
        scratch = NativeBlock.ForFloats(pool.Threads * workerFloats);
    }

    /// <summary>Prepares for the rows of a pass.</summary>
    public void Begin(PassRows pass)
    {
        rows = pass;
        tileCount = 0;
        for (int row = 0; row < pass.Count; tileCount++)
        {
            int count = 1;
            while (count < MaxQueries && row + count < pass.Count && pass.Follows(row + count))
                count++;
            tiles[tileCount] = (row, count);
            row += count;
        }
    }

    /// <param name="stackLayer">Index of the layer in its stack.</param>
    /// <param name="tables">The stack's rotary tables.</param>
    /// <param name="queryKeyValue">Projections [rows, 3 * width]; changed.</param>
    /// <param name="stride">Row stride in floats.</param>
    /// <param name="target">Receives [rows, width].</param>
    /// <param name="targetStride">Row stride in floats.</param>
    public void Run(
        int stackLayer, Rotary tables, float* queryKeyValue, int stride, float* target, int targetStride)
    {
        (layer, rotary, projectedStride, outputStride) = (stackLayer, tables, stride, targetStride);
        projected = queryKeyValue;
        output = target;
        pool.For(rows.Count, 1, rotate);
        pool.For(tileCount * heads, 1, attend);
    }

    public void Dispose() => scratch?.Dispose();

    private void Rotate(int first, int last, int worker)
    {
        for (int row = first; row < last; row++)
        {
            (KvCache cache, int position) = rows[row];
            float* cos = rotary.Cos(position), sin = rotary.Sin(position);
            float* query = projected + (long)row * projectedStride, key = query + width, value = key + width;
            for (int head = 0; head < heads; head++)
            {
                RowMath.Rotate(query + head * headWidth, headWidth / 2, cos, sin);
                RowMath.Rotate(key + head * headWidth, headWidth / 2, cos, sin);
                cache.Write(layer, head, position, key + head * headWidth, value + head * headWidth, headWidth);
            }
        }
    }

    private void Attend(int first, int last, int worker)
    {
        float* queries = (float*)scratch!.Pointer + worker * workerFloats;
        float* sums = queries + MaxQueries * queryFloats, scores = sums + MaxQueries * headStride;
        float factor = 1 / MathF.Sqrt(headWidth);
        for (int item = first; item < last; item++)
        {
            // Adjacent items share a head's cache.
            (int row, int count) = tiles[item % tileCount];
            int head = item / tileCount;
            for (int i = 0; i < count; i++)
            {
                float* query = projected + (long)(row + i) * projectedStride + head * headWidth;
                format.Prepare(query, headWidth, factor, queries + i * queryFloats);
            }
            new Span<float>(sums, MaxQueries * headStride).Clear();
            if (count == MaxQueries)
            {
                Attend(row, count, head, queries, scores, sums);
            }
            else
            {
                for (int i = 0; i < count; i++)
                    Attend(row + i, 1, head, queries + i * queryFloats, scores, sums + i * headStride);
            }
            for (int i = 0; i < count; i++)
            {
                format.Finish(sums + i * headStride, headWidth,
                    output + (long)(row + i) * outputStride + head * headWidth);
            }
        }
    }

    /// <summary>Attends from one row, or from <see cref="MaxQueries"/> consecutive rows of a sequence.</summary>
    private void Attend(int row, int count, int head, float* queries, float* scores, float* sums)
    {
        KvCache cache = rows[row].Cache;
        int longest = rows[row + count - 1].Position + 1;
        for (int i = 0; i < KvCache.Segments; i++)
        {
            (KvSegment segment, int first) = cache[i];
            int positions = Math.Min(segment.Capacity, longest - first);
            if (positions > 0)
                format.Scores(queries, count, segment.Keys(layer, head), positions, scores + first, scoreStride);
        }
        for (int i = 0; i < count; i++)
            Weigh(scores + (long)i * scoreStride, rows[row + i].Position + 1, longest);
        for (int i = 0; i < KvCache.Segments; i++)
        {
            (KvSegment segment, int first) = cache[i];
            int positions = Math.Min(segment.Capacity, longest - first);
            if (positions > 0)
                format.Mix(scores + first, scoreStride, count, segment.Values(layer, head), positions, sums);
        }
    }

    /// <summary>Applies softmax to scores; masked positions get the weight 0.</summary>
    private void Weigh(float* scores, int length, int all)
    {
        var own = new Span<float>(scores, length);
        TensorPrimitives.SoftMax(own, own);
        if (format.WeightFactor != 1)
            TensorPrimitives.Multiply(own, format.WeightFactor, own);
        new Span<float>(scores + length, all - length).Clear();
    }
}
