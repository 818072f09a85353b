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
    private const int MaxQueries = 4;

    /// <summary>Positions whose values fit into a core's L1 cache.</summary>
    private const int Stretch = 64;

    private readonly WorkerPool pool;
    private readonly LoopBody rotate, attend;
    private readonly int width, heads, headWidth, headStride;
    private readonly (int First, int Count)[] tiles;
    private NativeBlock? scratch;
    private int scoreStride, tileCount;
    private long workerFloats;
    private PassRows rows = null!;
    private Rotary rotary = null!;
    private float* projected;
    private float* output;
    private int layer, projectedStride, outputStride;

    public SelfAttention(WorkerPool pool, LeLmConfig config, int maxRows)
    {
        this.pool = pool;
        (width, heads, headWidth) = (config.Width, config.Heads, config.HeadWidth);
        headStride = BlockFormat.RoundUp(headWidth, HalfVectors.Chunk);
        tiles = new (int, int)[maxRows];
        (rotate, attend) = (Rotate, Attend);
    }

    /// <summary>Grows the buffers for scores. Must not be called during a pass.</summary>
    public void Grow(int positions)
    {
        if (positions <= scoreStride)
            return;
        scoreStride = BlockFormat.RoundUp(positions, HalfVectors.Chunk);
        workerFloats = MaxQueries * (2L * headStride + scoreStride);
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
                KvCache.Write(cache.Keys(layer, head), position, headStride, key + head * headWidth, headWidth);
                KvCache.Write(cache.Values(layer, head), position, headStride, value + head * headWidth, headWidth);
            }
        }
    }

    private void Attend(int first, int last, int worker)
    {
        float* queries = (float*)scratch!.Pointer + worker * workerFloats;
        float* sums = queries + MaxQueries * headStride, scores = sums + MaxQueries * headStride;
        // 1 / sqrt(width), times the scale for float16 values.
        float factor = HalfVectors.Balance / MathF.Sqrt(headWidth);
        for (int item = first; item < last; item++)
        {
            // Adjacent items share a head's cache.
            (int row, int count) = tiles[item % tileCount];
            int head = item / tileCount;
            KvCache cache = rows[row].Cache;
            int longest = rows[row + count - 1].Position + 1;
            for (int i = 0; i < count; i++)
            {
                float* query = projected + (long)(row + i) * projectedStride + head * headWidth;
                HalfVectors.Split(query, headWidth, headStride, factor, queries + i * headStride);
            }
            new Span<float>(sums, MaxQueries * headStride).Clear();
            ushort* keys = cache.Keys(layer, head), values = cache.Values(layer, head);
            if (count == MaxQueries)
                Four(row, longest, keys, values, queries, scores, sums);
            else
                OneByOne(row, count, keys, values, queries, scores, sums);
            for (int i = 0; i < count; i++)
            {
                float* attended = output + (long)(row + i) * outputStride + head * headWidth;
                HalfVectors.Join(sums + i * headStride, headWidth, attended);
            }
        }
    }

    private void Four(int row, int longest, ushort* keys, ushort* values, float* queries, float* scores, float* sums)
    {
        HalfVectors.Scores4(queries, keys, longest, headStride, scores, scoreStride);
        for (int i = 0; i < MaxQueries; i++)
            Weigh(scores + (long)i * scoreStride, rows[row + i].Position + 1, longest);
        for (int p = 0; p < longest; p += Stretch)
        {
            HalfVectors.Mix4(scores + p, scoreStride, values + (long)p * headStride,
                Math.Min(Stretch, longest - p), headStride, sums);
        }
    }

    private void OneByOne(
        int row, int count, ushort* keys, ushort* values, float* queries, float* scores, float* sums)
    {
        for (int i = 0; i < count; i++)
        {
            int length = rows[row + i].Position + 1;
            HalfVectors.Scores(queries + i * headStride, keys, length, headStride, scores);
            Weigh(scores, length, length);
            for (int p = 0; p < length; p += Stretch)
            {
                HalfVectors.Mix(scores + p, values + (long)p * headStride,
                    Math.Min(Stretch, length - p), headStride, sums + i * headStride);
            }
        }
    }

    /// <summary>Applies softmax to scores; masked positions get the weight 0.</summary>
    private static void Weigh(float* scores, int length, int all)
    {
        var own = new Span<float>(scores, length);
        TensorPrimitives.SoftMax(own, own);
        TensorPrimitives.Multiply(own, HalfVectors.Balance, own);
        new Span<float>(scores + length, all - length).Clear();
    }
}
